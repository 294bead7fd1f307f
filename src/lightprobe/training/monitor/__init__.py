"""Monitor: what a run reports while it runs.

progress     a line on standard error: step, loss, score, speed
tensorboard  events for TensorBoard
strips       … and the pictures among them
"""
