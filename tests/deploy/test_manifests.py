"""What the files in `deploy/` say fits together, and the service that they start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import serve
from app.limits import LIMITS
from app.web.core import redis_answers
from app.web.service import create_app
from tests.api_tools import documents
from tests.deploy.proxy import TEMPLATE, variables
from tests.paths import ROOT

DEPLOY = ROOT / "deploy"
OWN = {name.upper().replace("-", "_") for name, *_ in serve.OPTIONS} | {"FORWARDED_ALLOW_IPS", "UNFOLD_CODE"}
OWN |= {redis_answers.VARIABLE, *(row.variable for row in LIMITS.values())}
"""What the service reads of the environment."""


@pytest.fixture(scope="module")
def manifests(readers: Path) -> dict[str, dict[str, Any]]:
    """What is said to Kubernetes, by kind and name."""
    listed = documents(DEPLOY / "kustomization.yaml")[0]["resources"]
    assert {DEPLOY / name for name in listed} == {*(DEPLOY / "kubernetes").glob("*.yaml")}
    said = [document for name in listed for document in documents(DEPLOY / name)]
    return {f"{it['kind']} {it['metadata']['name']}": it for it in said}


def containers(manifests: dict[str, dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every pod with its one container."""
    for said in manifests.values():
        if said["kind"] == "Deployment":
            pod = said["spec"]["template"]["spec"]
            yield pod, pod["containers"][0]


def environment(container: dict[str, Any]) -> set[str]:
    return {row["name"] for row in container.get("env", [])}


def test_what_runs_on_many_machines_is_found_asked_for_its_health_and_bounded(
    manifests: dict[str, dict[str, Any]],
) -> None:
    addresses = {getattr(route, "path", "") for route in create_app().routes}
    for pod, container in containers(manifests):
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        service = manifests[f"Service {container['name']}"]["spec"]
        template = manifests[f"Deployment {container['name']}"]["spec"]["template"]["metadata"]["labels"]
        assert service["selector"].items() <= template.items()
        assert {port["targetPort"] for port in service["ports"]} <= {*ports}
        probes = [container[name] for name in ("readinessProbe", "livenessProbe", "startupProbe") if name in container]
        assert len(probes) >= 2
        for path in (probe["httpGet"]["path"] for probe in probes if "httpGet" in probe):
            assert path in addresses, path
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys() and container["resources"]["limits"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert not container["securityContext"]["allowPrivilegeEscalation"]
        volumes = {volume["name"] for volume in pod["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    scaler = manifests["HorizontalPodAutoscaler service"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == "service" and 1 < scaler["minReplicas"] < scaler["maxReplicas"]
    ingress = manifests["Ingress unfold"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert f"Service {ingress['name']}" in manifests


def test_the_service_and_the_proxy_are_told_what_they_read_and_no_more(
    readers: Path, manifests: dict[str, dict[str, Any]]
) -> None:
    composed = documents(DEPLOY / "compose.yaml")[0]["services"]
    of_name = {container["name"]: container for _, container in containers(manifests)}
    template = variables(TEMPLATE.read_text(encoding="utf-8"))
    assert template == environment(of_name["proxy"]) == composed["proxy"]["environment"].keys()
    for said in (environment(of_name["service"]), composed["service"]["environment"].keys()):
        assert {"WORKERS", redis_answers.VARIABLE} <= said <= OWN
    assert composed.keys() == of_name.keys()
    assert all(name in composed for row in composed.values() for name in row.get("depends_on", ()))
    told = [row.get("value", "") for _, container in containers(manifests) for row in container.get("env", ())]
    told += [value for row in composed.values() for value in row.get("environment", {}).values()]
    asked = {found for value in told for found in re.findall(r"\b([a-z]+):(\d+)", str(value))}
    assert {name for name, _ in asked} == {"service", "redis"}
    for name, port in asked:
        assert {it["port"] for it in manifests[f"Service {name}"]["spec"]["ports"]} == {int(port)}


def test_the_proxy_takes_bodies_that_the_service_takes() -> None:
    taken = re.findall(r"client_max_body_size (\d+)m;", TEMPLATE.read_text(encoding="utf-8"))
    assert int(taken[0]) * 2**20 > LIMITS["body"].default
