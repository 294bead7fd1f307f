"""Where a run computes: Fabric, and what is refused before anything starts."""

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


def rank() -> int:
    """This process's number over all machines, before Fabric knows it; 0 for a process of its own."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0")))


def open_fabric(accelerator: str, devices: int, precision: str) -> Fabric:
    """Fabric for so many processes, each with one device, or for those that torchrun has started.

    Raises: ValueError for a device or precision that this machine does not have.
    """
    if accelerator not in ACCELERATORS:
        raise ValueError(f"expected an accelerator of {', '.join(ACCELERATORS)}, got {accelerator!r}; choose one")
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if accelerator == "gpu" and not gpus:
        raise ValueError(
            "expected a GPU that torch can use, got none; use --accelerator cpu, or install a torch for this GPU"
        )
    on_gpu = gpus > 0 and accelerator != "cpu"
    if devices < 1:
        raise ValueError(f"expected at least 1 device, got {devices}; use --devices 1")
    if on_gpu and devices > gpus:
        raise ValueError(f"expected at most {gpus} devices, as many as there are GPUs, got {devices}; use fewer")
    if precision == "16" and not on_gpu:
        raise ValueError("expected a GPU for precision 16, got the CPU; use --set precision=32")
    if precision == "bf16" and on_gpu and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise ValueError("expected a GPU that computes bf16, got one that does not; use --set precision=16 or 32")
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
    """Start the other processes, if there are any, without Fabric's advice on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fabric.launch()


class Stop:
    """Whether somebody has asked the run to stop."""

    asked = False


@contextmanager
def stopping() -> Generator[Stop]:
    """While this lasts, Ctrl-C and SIGTERM ask to stop; a second Ctrl-C stops at once."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: object) -> None:
        stop.asked = True
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
    """Of torch's generators in this process."""
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"torch": torch.get_rng_state(), "cuda": cuda}


def set_random_state(state: dict[str, Any]) -> None:
    """Go on where `random_state` was."""
    torch.set_rng_state(state["torch"])
    if state["cuda"] and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])
