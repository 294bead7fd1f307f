"""Devices: Fabric on the CPU or GPUs, stopping by signal, and the random state of torch."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from lightning_fabric import Fabric

ACCELERATORS = ("auto", "cpu", "gpu")
_PRECISIONS: dict[str, Any] = {"32": "32-true", "16": "16-mixed", "bf16": "bf16-mixed"}


def process_rank() -> int:
    """This process's number over all machines, from torchrun's environment; 0 without torchrun."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0")))


def open_fabric(accelerator: str, devices: int, precision: str) -> Fabric:
    """Fabric for so many processes with one device each, or for the processes that torchrun has started.

    Raises: ValueError for a device or precision that this machine does not have.
    """
    if accelerator not in ACCELERATORS:
        raise ValueError(f"expected --accelerator {', '.join(ACCELERATORS)}, got {accelerator!r}; choose one of these")
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if accelerator == "gpu" and not gpus:
        raise ValueError(
            "expected a GPU that torch can use, got none; use --accelerator cpu, or install torch for your GPU"
        )
    on_gpu = gpus > 0 and accelerator != "cpu"
    if devices < 1:
        raise ValueError(f"expected at least 1 device, got {devices}; use --devices 1")
    if on_gpu and devices > gpus:
        raise ValueError(f"expected at most {gpus} devices, the number of GPUs, got {devices}; use fewer")
    if precision == "16" and not on_gpu:
        raise ValueError("precision 16 needs a GPU, got the CPU; use --set precision=32 or bf16")
    if precision == "bf16" and on_gpu and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise ValueError("this GPU does not support bf16; use --set precision=16 or 32")
    nodes, local = 1, int(os.environ.get("LOCAL_WORLD_SIZE", "0"))
    if local and "TORCHELASTIC_RUN_ID" in os.environ:
        nodes, devices = int(os.environ["WORLD_SIZE"]) // local, local
    return Fabric(
        accelerator="cuda" if on_gpu else "cpu",
        devices=devices,
        num_nodes=nodes,
        strategy="ddp" if devices * nodes > 1 else "auto",
        precision=_PRECISIONS[precision],
    )


def launch(fabric: Fabric) -> None:
    """Start the other processes, if there are any; Fabric's warnings are not for users and are silenced."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fabric.launch()


class StopFlag:
    """Whether the run has been asked to stop."""

    is_set = False


@contextmanager
def stop_on_signal() -> Generator[StopFlag]:
    """In this block, Ctrl-C and SIGTERM set the flag; a second Ctrl-C stops the program at once."""
    stop = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: object) -> None:
        stop.is_set = True
        signal.signal(signal.SIGINT, before[signal.SIGINT])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def random_state() -> dict[str, Any]:
    """The state of torch's random generators in this process."""
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"torch": torch.get_rng_state(), "cuda": cuda}


def set_random_state(state: dict[str, Any]) -> None:
    """Set torch's random generators to what `random_state` returned."""
    torch.set_rng_state(state["torch"])
    if state["cuda"] and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])
