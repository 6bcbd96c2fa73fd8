package io.crius.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Values that are right alone and wrong together, or beside the limits that CRI-O sets. */
final class Contradictions {
    private static final long LEAST_LOG_SIZE = 8192;
    private static final Set<String> POD_METRICS = Set.of(
            "all", "cpu", "disk", "diskIO", "hugetlb", "memory", "network", "oom", "process", "spec", "pressure");

    private final CriusConfig config;
    private final Findings findings;

    Contradictions(CriusConfig config, Findings findings) {
        this.config = config;
        this.findings = findings;
    }

    void find() {
        checkStorage();
        checkDefaultRuntime();
        checkStreamTls();
        checkLogSize();
        checkPodMetrics();
        checkStopTimeout();
        config.runtimes().values().forEach(this::checkHandler);
    }

    private void checkStorage() {
        RootTable root = config.root();
        if (root.root().equals(root.runRoot())) {
            problem(root.settings(), RootTable.RUNROOT, "is the same folder as root: " + root.root());
        }
    }

    private void checkDefaultRuntime() {
        String name = config.runtime().defaultRuntime();
        if (!config.runtimes().containsKey(name)) {
            problem(
                    config.runtime().settings(),
                    RuntimeTable.DEFAULT_RUNTIME,
                    "there is no [" + HandlerTable.SCHEMA.instance(name) + "]"
                            + Suggestion.among(config.runtimes().keySet(), name));
        }
    }

    private void checkStreamTls() {
        ApiTable api = config.api();
        if (api.streamEnableTls()
                && (api.streamTlsCert().isEmpty() || api.streamTlsKey().isEmpty())) {
            problem(api.settings(), ApiTable.STREAM_ENABLE_TLS, "needs stream_tls_cert and stream_tls_key");
        }
    }

    private void checkLogSize() {
        long size = config.runtime().logSizeMax();
        if (size >= 0 && size < LEAST_LOG_SIZE) {
            problem(
                    config.runtime().settings(),
                    RuntimeTable.LOG_SIZE_MAX,
                    "expected -1 or at least " + LEAST_LOG_SIZE + ", found " + size);
        }
    }

    private void checkPodMetrics() {
        List<String> metrics = config.stats().includedPodMetrics();
        for (String metric : metrics) {
            if (!POD_METRICS.contains(metric)) {
                problem(
                        config.stats().settings(),
                        StatsTable.INCLUDED_POD_METRICS,
                        "there is no pod metric " + Toml.quote(metric) + Suggestion.among(POD_METRICS, metric));
            }
        }
        if (metrics.contains("all") && metrics.size() > 1) {
            problem(config.stats().settings(), StatsTable.INCLUDED_POD_METRICS, "\"all\" stands alone");
        }
    }

    private void checkStopTimeout() {
        if (isShort(
                config.runtime().settings().get(RuntimeTable.CTR_STOP_TIMEOUT),
                config.runtime().containerStopTimeout())) {
            warn(config.runtime().settings(), RuntimeTable.CTR_STOP_TIMEOUT, "is less than 30; 30 is used");
        }
    }

    private void checkHandler(HandlerTable handler) {
        if (isShort(handler.settings().get(HandlerTable.CONTAINER_CREATE_TIMEOUT), handler.containerCreateTimeout())) {
            warn(handler.settings(), HandlerTable.CONTAINER_CREATE_TIMEOUT, "is less than 30; 30 is used");
        }
        String cgroup = handler.monitorCgroup();
        boolean slice = cgroup.endsWith(".slice");
        if (config.runtime().cgroupManager() == CgroupDriver.CGROUPFS && slice) {
            problem(
                    handler.settings(),
                    HandlerTable.MONITOR_CGROUP,
                    "with cgroup_manager \"cgroupfs\" expected \"pod\" or \"\", found " + Toml.quote(cgroup));
        } else if (!slice && !cgroup.isEmpty() && !cgroup.equals("pod")) {
            problem(
                    handler.settings(),
                    HandlerTable.MONITOR_CGROUP,
                    "expected \"pod\", a name that ends in .slice, or \"\", found " + Toml.quote(cgroup));
        }
    }

    private static boolean isShort(Duration configured, Duration used) {
        return configured.compareTo(used) < 0;
    }

    private void problem(Settings settings, Option<?> option, String message) {
        findings.problem(settings.origin(option), settings.table() + "." + option.key(), message);
    }

    private void warn(Settings settings, Option<?> option, String message) {
        findings.warn(settings.origin(option), settings.table() + "." + option.key(), message);
    }
}
