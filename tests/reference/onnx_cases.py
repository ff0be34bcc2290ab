"""The ONNX standard's own node cases, operator by operator, without its expanded doubles."""

import importlib
import sys
import warnings
from typing import NamedTuple

from onnx import helper
from onnx.backend.test.case import node as cases


class Case(NamedTuple):
    """One case: what goes into a node and what comes out, None where it is left out."""

    name: str
    op_type: str
    inputs: list
    outputs: list
    attributes: dict


def node_cases(modules):
    """Collect the cases of the named modules of ``onnx.backend.test.case.node``."""
    found, kept = [], cases.expect

    def record(node, inputs, outputs, name, **_):
        given, results = iter(inputs), iter(outputs)
        found.append(
            Case(
                name.removeprefix("test_"),
                node.op_type,
                [next(given) if place else None for place in node.input],
                [next(results) if place else None for place in node.output],
                {a.name: helper.get_attribute_value(a) for a in node.attribute},
            )
        )

    cases.expect = record
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # onnx draws some numbers in ways that NumPy dislikes
            for name in modules:
                place = f"{cases.__name__}.{name}"
                sys.modules.pop(place, None)
                importlib.import_module(place)  # a module calls `expect` for each of its cases
    finally:
        cases.expect = kept
        for name in modules:
            sys.modules.pop(f"{cases.__name__}.{name}", None)
    return found
