"""What somebody writes who has the client in Python: `python ask.py ADDRESS`."""

from __future__ import annotations

import sys

from unfold_client import Client
from unfold_client.api.figures import get_figure_svg
from unfold_client.api.numbers import get_graph, get_instruments, get_trace, post_trace, post_train
from unfold_client.api.systems import get_systems, get_systems_by_name
from unfold_client.models import (
    Body,
    BodyInputs,
    BodyParams,
    Graph,
    Instruments,
    Problem,
    Trace,
    Training,
    TrainingBody,
)
from unfold_client.models.get_graph_detail import GetGraphDetail

with Client(base_url=sys.argv[1]) as client:
    listed = get_systems.sync(client=client)
    assert listed and "lstm" in {one.name for one in listed}
    system = get_systems_by_name.sync("lstm", client=client)
    assert system and system.parameters["W_f"] == [4, 4]
    assert get_figure_svg.sync_detailed(client=client, system="gru", tau=2).content.startswith(b"<svg")

    trace = get_trace.sync(client=client, system="rnn-regression", tau=2, lr=0.5)
    assert isinstance(trace, Trace) and isinstance(trace.loss, float)
    states = trace.values["h"]
    assert isinstance(states, list) and len(states) == 2
    assert trace.stopped is None and trace.dimensions["h"].size == len(trace.initial["h"])

    graph = get_graph.sync(client=client, tau=2, detail=GetGraphDetail.OPERATIONS, values=True)
    assert isinstance(graph, Graph) and {node.kind.value for node in graph.nodes} >= {"operation", "parameter"}
    found = get_instruments.sync(client=client, equations="h[t] = tanh(a * h[t-1] + x[t])", tau=4)
    assert isinstance(found, Instruments) and found.triangles[0].norms[0][0] == 1.0

    own = Body(equations="s[t] = a * s[t-1] + x[t]", of="s[2]")
    own.params, own.inputs = BodyParams.from_dict({"a": 0.5}), BodyInputs.from_dict({"x": [[1.0], [2.0]]})
    posted = post_trace.sync(client=client, body=own)
    assert isinstance(posted, Trace) and posted.tau == 2 and posted.values["s"] == [[1.0], [2.5]], posted
    run = post_train.sync(client=client, body=TrainingBody(system="rnn-regression", tau=4, steps=3, lr=0.02))
    assert isinstance(run, Training) and len(run.losses) == 3 and run.parameters["W"]

    refused = get_trace.sync(client=client, tau=0)
    assert isinstance(refused, Problem) and refused.errors[0].field == "tau"
    assert refused.errors[0].allowed.to_dict() == {"minimum": 1, "maximum": 1000}
