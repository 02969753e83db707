"""The gateway's metrics, by name."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "lodestone_http_request_seconds",
    "Time to the first byte of an answer",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
ACCEPTED = Counter("lodestone_jobs_accepted_total", "Jobs answered with 202", ["job_type"])
WATCHERS = Gauge("lodestone_sse_clients", "Open event streams of this process")
DROPPED = Counter(
    "lodestone_sse_clients_dropped_total", "Event streams closed because the client was too slow"
)
REFUSED_CONNECTIONS = Counter(
    "lodestone_connections_refused_total",
    "Connections that were refused or closed because there were too many",
    ["reason"],
)
HUB_CONNECTED = Gauge("lodestone_hub_connected", "1 while this process is notified of new events")
NATS_UP = Gauge("lodestone_gateway_nats_up", "1 if NATS answered the last readiness check")
