"""Monitor: reports of a run while it runs.

progress     a line on standard error: step, loss, score, speed
tensorboard  events for TensorBoard
strips       … and the pictures among them
"""
