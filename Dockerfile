# The service, from the lock that `make run` installs: docker build -t unfold . && docker run --rm -p 8000:8000 unfold
FROM python:3.13-slim

WORKDIR /unfold

# The packages before the source, so that a change of the source installs nothing again.
COPY requirements.lock .
RUN pip install --no-cache-dir --only-binary=:all: -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY unfold unfold
COPY templates templates
COPY static static
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . && python -m compileall -q app

# nobody
USER 65534:65534
ENV HOST=0.0.0.0 PORT=8000 OPENBLAS_NUM_THREADS=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]
