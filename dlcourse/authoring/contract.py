"""Hold a lecture's exercises against the contract, solutions/contract.toml."""

import ast
import tomllib


def contract_problems(lecture, contract):
    """List what an exercise's id or signature differs in from the contract's.

    Parameters
    ----------
    lecture : Lecture
    contract : dict
        Exercise id to list of signatures (``"relu(z)"``), by lecture name.

    Returns
    -------
    list of str
        One sentence a fault; concept questions (``q_...``) are free.
    """
    rows = contract.get(lecture.name, {})
    named = {e.id: e for e in lecture.exercises if not e.variable}
    problems = [
        f"{lecture.path}: the contract's exercise {n!r} is missing" for n in rows if n not in named
    ]
    for name, exercise in named.items():
        if name not in rows:
            problems.append(
                f"{exercise.path}: solutions/contract.toml has no exercise {name!r} under "
                f"[{lecture.name}]: add it there, with its signature"
            )
            continue
        signatures = [f"{f}{text}" for f, text in exercise.signatures.items()]
        if list(map(_normal, signatures)) != list(map(_normal, rows[name])):
            line = exercise.solution_line
            problems.append(
                f"{exercise.path}:{line}: the signature is {', '.join(signatures)}, "
                f"the contract says {', '.join(rows[name])}"
            )
    return problems


def _normal(signature):
    return ast.dump(ast.parse(f"def {signature}: pass"))  # 1e-5 is 1e-05


def read_contract(root):
    """Read the contract of the course at `root`."""
    return tomllib.loads((root / "solutions" / "contract.toml").read_text(encoding="utf-8"))
