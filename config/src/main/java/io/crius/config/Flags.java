package io.crius.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Options by the names they have on the command line and in the environment. */
final class Flags {
    /** Sets any key: {@code --set crio.runtime.runtimes.kata.runtime_type="vm"}. */
    static final String SET = "set";

    /** Compat: the variables of CRI-O that are not simply named after their flag. */
    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("separate_pull_cgroup", "PULL_IN_A_CGROUP"),
            Map.entry("stream_idle_timeout", "STREAM_IDLE_TIMEOUT"),
            Map.entry("enable_pod_events", "ENABLE_POD_EVENTS"),
            Map.entry("collection_period", "COLLECTION_PERIOD"),
            Map.entry("cni_status_grace_period", "CNI_STATUS_GRACE_PERIOD"),
            Map.entry("auto_reload_registries", "AUTO_RELOAD_REGISTRIES"),
            Map.entry("disable_hostport_mapping", "DISABLE_HOSTPORT_MAPPING"),
            Map.entry("min_injected_gomaxprocs", "CONTAINER_INJECT_GOMAXPROCS"),
            Map.entry("timezone", "CONTAINER_TIME_ZONE"),
            Map.entry("ctr_stop_timeout", "CONTAINER_STOP_TIMEOUT"),
            Map.entry("container_attach_socket_dir", "CONTAINER_ATTACH_SOCKET_DIR"),
            Map.entry("container_exits_dir", "CONTAINER_EXITS_DIR"),
            Map.entry("stream_enable_tls", "CONTAINER_ENABLE_TLS"),
            Map.entry("stream_tls_cert", "CONTAINER_TLS_CERT"),
            Map.entry("stream_tls_key", "CONTAINER_TLS_KEY"),
            Map.entry("stream_tls_ca", "CONTAINER_TLS_CA"),
            Map.entry("oci_artifact_mount_support", "CONTAINER_OCI_ARTIFACT_SUPPORT"),
            Map.entry("included_pod_metrics", "CONTAINER_INCLUDED_POD_METRCIS"));

    /** An option and the table it is in. */
    record Target(TableSchema schema, Option<?> option) {
        String variable() {
            return IRREGULAR.getOrDefault(
                    option.key(), "CONTAINER_" + option.flag().replace('-', '_').toUpperCase(Locale.ROOT));
        }

        Assignment assign(String text, Origin origin) {
            return new Assignment(schema, schema.name(), option, option.type().fromFlag(text), origin);
        }
    }

    private Flags() {}

    /** Every option that has a flag: those of handlers and workloads have none. */
    static List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        for (TableSchema schema : CriusConfig.SCHEMAS) {
            if (!schema.isNamed()) {
                schema.options().stream()
                        .filter(option -> !option.flag().isEmpty())
                        .forEach(option -> targets.add(new Target(schema, option)));
            }
        }
        return targets;
    }

    static Optional<Target> target(String flag) {
        return targets().stream()
                .filter(target -> target.option().flag().equals(flag))
                .findFirst();
    }

    static void readEnvironment(Map<String, String> environment, Findings findings) {
        if (environment.keySet().stream().noneMatch(Flags::mayBeOurs)) {
            return;
        }
        for (Target target : targets()) {
            String text = environment.get(target.variable());
            if (text != null) {
                findings.assign(target.assign(text, new Origin.Environment(target.variable())));
            }
        }
    }

    static void readFlags(List<ConfigSources.Flag> flags, Findings findings) {
        for (ConfigSources.Flag flag : flags) {
            Origin origin = new Origin.CommandLine("--" + flag.name());
            if (flag.name().equals(SET)) {
                TomlCodec.parse(flag.value(), (_, _) -> origin, findings)
                        .ifPresent(document -> new TableReader(document, findings).read());
            } else {
                target(flag.name())
                        .ifPresentOrElse(
                                target -> findings.assign(target.assign(flag.value(), origin)),
                                () -> findings.problem(origin, "", "no such flag"));
            }
        }
    }

    private static boolean mayBeOurs(String variable) {
        return variable.startsWith("CONTAINER_") || IRREGULAR.containsValue(variable);
    }
}
