"""Methods that are judged: anything that makes light of a picture.

entrant      Entrant, Prediction; models and callables
baselines    methods without a network, which any estimator has to beat
predictions  answers from a file
"""
