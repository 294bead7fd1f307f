"""Engines: what runs the network of a model folder, each by itself.

layer_engine  numpy, from model.bin
graph_engine  onnxruntime, from model.onnx

An engine is called with a picture and the number of its tone curve, and answers with the outputs that the manifest
names, with an axis of pictures in front.
"""
