# careplan-csv in a container: not as root, on a root file system that cannot be written.
#
#   docker build -t careplan-csv .
#   docker run --rm --read-only --tmpfs /tmp --network none -v "$PWD/exports:/data:ro" careplan-csv check /data
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md CHANGELOG.md LICENSE ./
COPY careplan_csv careplan_csv
COPY schemas schemas
COPY reports reports
COPY sample_data sample_data
RUN python -m venv /opt/careplan-csv \
 && /opt/careplan-csv/bin/pip install --no-cache-dir --constraint constraints.txt ".[word]"

FROM python:3.13-slim
COPY --from=build /opt/careplan-csv /opt/careplan-csv
USER 65532:65532
WORKDIR /tmp
ENV PATH="/opt/careplan-csv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
ENTRYPOINT ["careplan-csv"]
CMD ["--help"]
