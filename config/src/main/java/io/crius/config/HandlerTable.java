package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code [crio.runtime.runtimes.*]}: an OCI runtime, named as a RuntimeClass handler. */
public record HandlerTable(Settings settings) {
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(30);

    public static final Option<Optional<Path>> RUNTIME_PATH = Option.of(
            "runtime_path",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The runtime's binary; empty looks the handler's name up in PATH.");
    public static final Option<RuntimeType> RUNTIME_TYPE = Option.of(
            "runtime_type",
            ValueType.choice(List.of(RuntimeType.values()), RuntimeType::word),
            RuntimeType.OCI,
            "How the runtime is driven.");
    public static final Option<Optional<Path>> RUNTIME_ROOT = Option.of(
            "runtime_root",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "Where the runtime keeps its state; empty is /run/<handler>.");
    public static final Option<Optional<Path>> RUNTIME_CONFIG_PATH = Option.of(
                    "runtime_config_path",
                    ValueType.OPTIONAL_PATH,
                    Optional.<Path>empty(),
                    "The configuration of a \"vm\" runtime.")
            .pending();
    public static final Option<Boolean> INHERIT_DEFAULT_RUNTIME = Option.of(
            "inherit_default_runtime",
            ValueType.BOOL,
            false,
            "Whether path, type, root and monitor are those of the default handler.");
    public static final Option<Boolean> PRIVILEGED_WITHOUT_HOST_DEVICES = Option.of(
            "privileged_without_host_devices",
            ValueType.BOOL,
            false,
            "Whether privileged containers do without the host's devices.");
    public static final Option<List<String>> ALLOWED_ANNOTATIONS = Option.of(
            "allowed_annotations",
            ValueType.STRINGS,
            List.of("io.containers.trace-syscall", "devices.crio.io"),
            "Annotations with a meaning that pods of this handler may use.");
    public static final Option<Optional<Path>> MONITOR_PATH = Option.of(
            "monitor_path",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The container monitor; empty looks conmon up in PATH.");
    public static final Option<List<String>> MONITOR_ENV = Option.of(
            "monitor_env",
            ValueType.ASSIGNMENTS,
            List.<String>of(),
            "The environment of the container monitor, as \"NAME=value\".");
    public static final Option<String> MONITOR_CGROUP = Option.of(
            "monitor_cgroup",
            ValueType.STRING,
            "",
            "The cgroup of the container monitor: \"pod\", a systemd slice, or empty for the daemon's default.");
    public static final Option<String> MONITOR_EXEC_CGROUP = Option.of(
                    "monitor_exec_cgroup",
                    ValueType.STRING,
                    "",
                    "\"container\" puts the monitor of an exec into the container's cgroup.")
            .withoutEffect("an exec has no monitor, and its command runs in the container's cgroup");
    public static final Option<Map<String, String>> PLATFORM_RUNTIME_PATHS = Option.of(
            "platform_runtime_paths",
            ValueType.ENTRIES,
            Map.<String, String>of(),
            "Binaries by platform, such as \"linux/arm64\".");
    public static final Option<Boolean> RUNTIME_PULL_IMAGE = Option.of(
                    "runtime_pull_image", ValueType.BOOL, false, "Whether the runtime pulls images itself.")
            .pending();
    public static final Option<Long> CONTAINER_MIN_MEMORY =
            Option.of("container_min_memory", ValueType.BYTES, 12L << 20, "The least memory limit of a container.");
    public static final Option<Boolean> NO_SYNC_LOG = Option.of(
            "no_sync_log",
            ValueType.BOOL,
            false,
            "Whether the monitor leaves container logs unsynced at rotation and exit.");
    public static final Option<Map<String, String>> DEFAULT_ANNOTATIONS = Option.of(
            "default_annotations",
            ValueType.ENTRIES,
            Map.<String, String>of(),
            "Annotations beneath those of the pod.");
    public static final Option<Boolean> STREAM_WEBSOCKETS = Option.of(
                    "stream_websockets", ValueType.BOOL, false, "Whether exec and attach are streamed by the monitor.")
            .pending();
    public static final Option<ExecCpus> EXEC_CPU_AFFINITY = Option.of(
            "exec_cpu_affinity",
            ValueType.choice(List.of(ExecCpus.values()), ExecCpus::word),
            ExecCpus.ALL,
            "\"first\" has commands of exec run on the first of the container's CPUs, or of the shared ones.");
    public static final Option<Optional<Path>> SECCOMP_PROFILE = Option.of(
            "seccomp_profile",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The handler's default seccomp profile; beats the global one.");
    public static final Option<Duration> CONTAINER_CREATE_TIMEOUT = Option.of(
            "container_create_timeout",
            ValueType.seconds(0),
            Duration.ofMinutes(4),
            "Seconds after which a stuck creation is killed; at least 30.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.runtime.runtimes.*",
            "An OCI runtime, named as a RuntimeClass handler.",
            RUNTIME_PATH,
            RUNTIME_TYPE,
            RUNTIME_ROOT,
            RUNTIME_CONFIG_PATH,
            INHERIT_DEFAULT_RUNTIME,
            PRIVILEGED_WITHOUT_HOST_DEVICES,
            ALLOWED_ANNOTATIONS,
            MONITOR_PATH,
            MONITOR_ENV,
            MONITOR_CGROUP,
            MONITOR_EXEC_CGROUP,
            PLATFORM_RUNTIME_PATHS,
            RUNTIME_PULL_IMAGE,
            CONTAINER_MIN_MEMORY,
            NO_SYNC_LOG,
            DEFAULT_ANNOTATIONS,
            STREAM_WEBSOCKETS,
            EXEC_CPU_AFFINITY,
            SECCOMP_PROFILE,
            CONTAINER_CREATE_TIMEOUT);

    public Optional<Path> runtimePath() {
        return settings.get(RUNTIME_PATH);
    }

    public RuntimeType runtimeType() {
        return settings.get(RUNTIME_TYPE);
    }

    public Optional<Path> runtimeRoot() {
        return settings.get(RUNTIME_ROOT);
    }

    public Optional<Path> runtimeConfigPath() {
        return settings.get(RUNTIME_CONFIG_PATH);
    }

    public boolean inheritDefaultRuntime() {
        return settings.get(INHERIT_DEFAULT_RUNTIME);
    }

    public boolean privilegedWithoutHostDevices() {
        return settings.get(PRIVILEGED_WITHOUT_HOST_DEVICES);
    }

    public List<String> allowedAnnotations() {
        return settings.get(ALLOWED_ANNOTATIONS);
    }

    public Optional<Path> monitorPath() {
        return settings.get(MONITOR_PATH);
    }

    public List<String> monitorEnv() {
        return settings.get(MONITOR_ENV);
    }

    public String monitorCgroup() {
        return settings.get(MONITOR_CGROUP);
    }

    public String monitorExecCgroup() {
        return settings.get(MONITOR_EXEC_CGROUP);
    }

    public Map<String, String> platformRuntimePaths() {
        return settings.get(PLATFORM_RUNTIME_PATHS);
    }

    public boolean runtimePullImage() {
        return settings.get(RUNTIME_PULL_IMAGE);
    }

    public long containerMinMemory() {
        return settings.get(CONTAINER_MIN_MEMORY);
    }

    public boolean noSyncLog() {
        return settings.get(NO_SYNC_LOG);
    }

    public Map<String, String> defaultAnnotations() {
        return settings.get(DEFAULT_ANNOTATIONS);
    }

    public boolean streamWebsockets() {
        return settings.get(STREAM_WEBSOCKETS);
    }

    public ExecCpus execCpuAffinity() {
        return settings.get(EXEC_CPU_AFFINITY);
    }

    public Optional<Path> seccompProfile() {
        return settings.get(SECCOMP_PROFILE);
    }

    /** At least 30 seconds, whatever is configured. */
    public Duration containerCreateTimeout() {
        Duration configured = settings.get(CONTAINER_CREATE_TIMEOUT);
        return configured.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : configured;
    }

    /** The handler's name, as a RuntimeClass has it. */
    public String handler() {
        return settings.table().substring(SCHEMA.instance("").length());
    }

    static List<HandlerTable> builtIn() {
        return List.of(defaults("crun"), defaults("runc"));
    }

    static HandlerTable defaults(String handler) {
        return new HandlerTable(Settings.named(SCHEMA, SCHEMA.instance(handler)));
    }
}
