"""One operator of the ONNX standard, run by its own reference implementation: a second oracle."""

import numpy as np
from onnx import TypeProto, defs, helper
from onnx.reference import ReferenceEvaluator


def run_onnx(op_type, *inputs, n_outputs=1, domain="", opset=None, **attributes):
    """Return the only output of an operator, or a list of several; None is an input left out."""
    names = ["" if a is None else f"in{i}" for i, a in enumerate(inputs)]
    given = {name: np.asarray(a) for name, a in zip(names, inputs, strict=True) if name}
    outs = [f"out{i}" for i in range(n_outputs)]
    node = helper.make_node(op_type, names, outs, domain=domain, **attributes)
    untyped = [[helper.make_value_info(n, TypeProto()) for n in some] for some in (given, outs)]
    version = helper.make_opsetid(domain, opset or defs.onnx_opset_version())
    model = helper.make_model(helper.make_graph([node], "one", *untyped), opset_imports=[version])
    results = ReferenceEvaluator(model).run(None, given)
    return results[0] if n_outputs == 1 else results
