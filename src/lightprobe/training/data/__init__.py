"""Data: from a folder of HDRIs or pairs to batches of records.

folds           the scenes to train on and the scenes held out
dataset         the samples of both sides of a fold
mixture         catalogs that are added with a share of all samples
samples         pictures with their true light, each made or read by its number
targets         the true light and tone curve of a batch
validation_set  the fixed pictures that every validation scores
records         samples as a model reads them: made once, then read from disk
record_store    … and the file they are kept in
loader          batches of records, in an order that any process can compute
"""
