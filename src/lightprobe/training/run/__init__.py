"""Run: training from the first step, or from a checkpoint, to the last.

fit          the whole run
collapse     networks that guess the same for every picture
step         one step: from a batch to new weights
lr_schedule  the learning rate
ema          the moving average of the weights
state        a run between two steps, to and from a checkpoint
checkpoint   checkpoints and recipes on disk
devices      CPU, GPUs and processes; stopping by signal
"""
