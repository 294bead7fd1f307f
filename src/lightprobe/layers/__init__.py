"""Networks as data: a list of layers and their numbers, as model.bin holds them. numpy, and no ONNX runtime.

layers        Layers: a network as data
builder       LayersBuilder: layers, one after the other
kinds         what each kind of layer needs, and the shape of its result
shapes        the shapes of all tensors; what breaks a rule is refused
limits        how large a network may be
network_file  model.bin: bytes ↔ Layers
arithmetic    what each kind of layer computes
runner        LayerRunner: a network, ready to run

Convention: spec/MODEL_BIN.md.
"""

from lightprobe.layers.builder import LayersBuilder
from lightprobe.layers.layers import Layers
from lightprobe.layers.network_file import from_model_bin, to_model_bin
from lightprobe.layers.runner import LayerRunner, cell_inputs

__all__ = ["LayerRunner", "Layers", "LayersBuilder", "cell_inputs", "from_model_bin", "to_model_bin"]
