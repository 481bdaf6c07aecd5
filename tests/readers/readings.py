"""A reading as plain lists, to compare with what was written."""


def curves(reading):
    """Steps and values by tag."""
    return {column.tag: (column.step.tolist(), column.value.tolist()) for column in reading.columns}


def problems(reading):
    """Kind, place and loss of each problem, in the order in which they were met."""
    return [(problem.kind, problem.offset, problem.lost) for problem in reading.problems]
