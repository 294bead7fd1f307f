"""Devices, stopping by signal, and torch's random state."""

from __future__ import annotations

import os
import signal
import threading

import pytest
import torch

from lightprobe.training.run import devices


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tpu", 1, "32"), "expected --accelerator auto, cpu, gpu, got 'tpu'"),
        (("cpu", 0, "32"), "expected at least 1 device, got 0"),
        (("cpu", 1, "16"), "precision 16 needs a GPU, got the CPU; use --set precision=32"),
    ],
)
def test_a_device_that_is_refused(arguments: tuple[str, int, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        devices.open_fabric(*arguments)


def test_gpus_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ValueError, match="expected at most 2 devices, the number of GPUs, got 3"):
        devices.open_fabric("gpu", 3, "32")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: False)
    with pytest.raises(ValueError, match="this GPU does not support bf16"):
        devices.open_fabric("auto", 1, "bf16")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="expected a GPU that torch can use, got none"):
        devices.open_fabric("gpu", 1, "32")


def test_the_rank_is_torchruns(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    assert devices.process_rank() == 0
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert devices.process_rank() == 1
    monkeypatch.setenv("RANK", "9")
    assert devices.process_rank() == 9


def test_a_signal_sets_the_flag_and_a_second_ctrl_c_stops_at_once() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with devices.stop_on_signal() as stop:
        assert not stop.is_set
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.is_set
    with devices.stop_on_signal() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_in_another_thread_signals_are_left_alone() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with devices.stop_on_signal() as stop:
            seen.append((stop.is_set, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, before)]


def test_the_random_state_comes_back() -> None:
    state = devices.random_state()
    drawn = torch.rand(3)
    devices.set_random_state(state)
    assert torch.equal(torch.rand(3), drawn)
