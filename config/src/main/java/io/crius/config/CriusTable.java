package io.crius.config;

import java.nio.file.Path;

/** {@code [crius]}: what only Crius has; CRI-O ignores this table. */
public record CriusTable(Settings settings) {
    public static final Option<Path> STATE_DIR =
            Option.of("state_dir", ValueType.PATH, Path.of("/var/lib/crius"), "The journals of pods and containers.");
    public static final Option<Path> RUN_DIR =
            Option.of("run_dir", ValueType.PATH, Path.of("/run/crius"), "State that does not outlive a reboot.");
    public static final Option<Path> REGISTRIES_CONF = Option.of(
            "registries_conf",
            ValueType.PATH,
            Path.of("/etc/containers/registries.conf"),
            "Registries, mirrors and aliases; see containers-registries.conf(5).");
    public static final Option<Path> REGISTRIES_CONF_DIR = Option.of(
            "registries_conf_dir",
            ValueType.PATH,
            Path.of("/etc/containers/registries.conf.d"),
            "Drop-ins of registries_conf.");
    public static final Option<Path> REGISTRIES_D = Option.of(
            "registries_d",
            ValueType.PATH,
            Path.of("/etc/containers/registries.d"),
            "Where signatures of images are; see containers-registries.d(5).");
    public static final Option<Path> CERTS_DIR = Option.of(
            "certs_dir",
            ValueType.PATH,
            Path.of("/etc/containers/certs.d"),
            "Certificates by registry; see containers-certs.d(5).");

    public static final Option<String> RUNTIME_NAME = Option.of(
            "runtime_name",
            ValueType.NAME,
            "crius",
            "What the runtime calls itself to kubelet and crictl; \"cri-o\" where a tool knows that name only.");

    public static final Option<Long> CREATIONS_AT_ONCE = Option.of(
            "creations_at_once",
            ValueType.integer(0, Integer.MAX_VALUE),
            0L,
            "How many pods, and how many containers, are created at once; 0 is eight for each processor, 16 at least.");
    public static final Option<Long> CREATIONS_IN_LINE = Option.of(
            "creations_in_line",
            ValueType.integer(1, Integer.MAX_VALUE),
            1000L,
            "How many more wait for their turn; beyond that, creations are refused with RESOURCE_EXHAUSTED.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crius",
            "What only Crius has; CRI-O ignores this table.",
            STATE_DIR,
            RUN_DIR,
            REGISTRIES_CONF,
            REGISTRIES_CONF_DIR,
            REGISTRIES_D,
            CERTS_DIR,
            RUNTIME_NAME,
            CREATIONS_AT_ONCE,
            CREATIONS_IN_LINE);

    public Path stateDir() {
        return settings.get(STATE_DIR);
    }

    public Path runDir() {
        return settings.get(RUN_DIR);
    }

    public Path registriesConf() {
        return settings.get(REGISTRIES_CONF);
    }

    public Path registriesConfDir() {
        return settings.get(REGISTRIES_CONF_DIR);
    }

    public Path registriesD() {
        return settings.get(REGISTRIES_D);
    }

    public Path certsDir() {
        return settings.get(CERTS_DIR);
    }

    public String runtimeName() {
        return settings.get(RUNTIME_NAME);
    }

    /** 0 leaves it to the daemon. */
    public int creationsAtOnce() {
        return Math.toIntExact(settings.get(CREATIONS_AT_ONCE));
    }

    public int creationsInLine() {
        return Math.toIntExact(settings.get(CREATIONS_IN_LINE));
    }
}
