"""What the engine is held against: code that shares nothing with it.

lstm_by_hand    a textbook LSTM, forward and backward through time (read this one first)
odyssey_by_hand the Odyssey's LSTMs, one step with each part replaceable
gated_by_hand   one step of each gated cell, typed again from its paper
unrolled        a cell's own step in a plain loop, for NumPy or torch
complex_step    exact derivatives of that loop without any rule of differentiation
torch_step      the same derivatives by torch's autograd
torch_modules   torch.nn.LSTM, GRU and RNN with our weights in them
onnx_models     the LSTM, GRU and RNN operators of ONNX, run by onnxruntime
identities      cells that are other cells in disguise
odd_cells       cells that use what the registered ones do not
random_cells    cells drawn at random, as text
interpreted     a compiled loop's text run by Python, without compiling
comparison      a random problem, and the distance between two answers

The loop differentiates whatever equations it is given: it proves the derivation. That the equations
are the right ones only the hand-typed LSTM, torch's modules and the ONNX operators can say.
"""
