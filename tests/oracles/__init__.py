"""Independent references that the engine is compared with.

lstm_by_hand    a textbook LSTM, forward and backward through time (read this one first)
odyssey_by_hand the Odyssey's LSTMs, one step with each part replaceable
gated_by_hand   one step of each gated cell, typed a second time from its paper
steps_by_hand   one step of each other cell, likewise
answers         the targets of the synthetic tasks, derived from their inputs
unrolled        a cell's own step in a plain loop, for NumPy or torch
complex_step    exact derivatives of that loop, without rules of differentiation
torch_step      the same derivatives by torch's autograd
torch_modules   torch.nn.LSTM, GRU and RNN with our weights
torch_recurrent, torch_recurrent_bent, torch_recurrent_lstms
                torchrecurrent's cells with our weights
torch_written   cells that no package has, written for torch
torch_loop      a foreign cell over a batch of sequences
xlstm_cell      xLSTM's own scalar cell
onnx_models     the LSTM, GRU and RNN operators of ONNX, run by onnxruntime
own_backward    a cell with a backward of its own, and wrong versions of it
identities      cells that equal other cells for some weights
odd_cells       cells that use what the registered ones do not
random_cells    cells drawn at random, as text
interpreted     a compiled loop's text run by Python, without compiling
comparison      a random problem, and the distance between two answers
ties            which cell is compared with what

The plain loop differentiates whatever equations it is given, so it checks the derivation only. The
equations themselves are checked by what was typed again and by other people's code.
"""
