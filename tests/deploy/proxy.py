"""nginx with the configuration that is deployed, on a free port of this machine."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browsers import attempts, free_port
from tests.paths import ROOT

TEMPLATE = ROOT / "deploy" / "nginx" / "unfold.conf.template"
MAIN = """\
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/unfold.conf;
}}
"""
"""What nginx's own image says around it, with folders that anyone may write to."""


def variables(text: str) -> set[str]:
    """What a template wants of the environment."""
    return {*re.findall(r"\$\{(\w+)\}", text)}


@contextmanager
def proxied(nginx: str, folder: Path, service: str, version: str = "1") -> Iterator[str]:
    """The address of nginx in front of a service, with a cache in a folder."""
    port = free_port()
    values = {
        "PROXY_PORT": f"127.0.0.1:{port}",
        "PROXY_SERVICE": service.removeprefix("http://"),
        "PROXY_VERSION": version,
        "PROXY_CACHE": str(folder / "answers"),
        "PROXY_CACHE_SIZE": "50m",
        "PROXY_SCHEME": "$scheme",
        "PROXY_TRUSTED": "127.0.0.2",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    assert variables(text) == {*values}
    (folder / "unfold.conf").write_text(re.sub(r"\$\{(\w+)\}", lambda it: values[it[1]], text), encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    command = [nginx, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            assert any(process.poll() is not None or listens(port) for _ in attempts(60))
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            yield address
        finally:
            process.terminate()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
