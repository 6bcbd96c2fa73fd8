package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code [crio.runtime]}: how pods and containers run. */
public record RuntimeTable(Settings settings) {
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(30);

    public static final Option<String> DEFAULT_RUNTIME =
            Option.of("default_runtime", ValueType.STRING, "crun", "The handler of pods that name none.");
    public static final Option<List<Ulimit>> DEFAULT_ULIMITS = Option.of(
            "default_ulimits",
            ValueType.ULIMITS,
            List.<Ulimit>of(),
            "Resource limits of every container, as \"nofile=1024:2048\". Others are the daemon's; of open files the JVM raises"
                    + " the soft one to the hard one.");
    public static final Option<Boolean> NO_PIVOT = Option.of(
            "no_pivot",
            ValueType.BOOL,
            false,
            "Whether containers get their root by MS_MOVE instead of pivot_root, for a root on a ramdisk.");
    public static final Option<Path> DECRYPTION_KEYS_PATH = Option.of(
            "decryption_keys_path",
            ValueType.PATH,
            Path.of("/etc/crio/keys"),
            "The folder of private keys for encrypted images.");
    public static final Option<List<Path>> ADDITIONAL_ARTIFACT_STORES = Option.of(
            "additional_artifact_stores", ValueType.PATHS, List.<Path>of(), "Read-only stores of OCI artifacts.");
    public static final Option<Optional<Path>> CONMON = Option.of(
                    "conmon", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "The container monitor.")
            .deprecated("set monitor_path of the handler");
    public static final Option<String> CONMON_CGROUP = Option.of(
                    "conmon_cgroup", ValueType.STRING, "", "The cgroup of the container monitor.")
            .deprecated("set monitor_cgroup of the handler");
    public static final Option<List<String>> CONMON_ENV = Option.of(
                    "conmon_env", ValueType.ASSIGNMENTS, List.<String>of(), "The environment of the container monitor.")
            .deprecated("set monitor_env of the handler");
    public static final Option<List<String>> DEFAULT_ENV = Option.of(
            "default_env",
            ValueType.ASSIGNMENTS,
            List.<String>of(),
            "Environment variables of every container, as \"NAME=value\"; image and pod override them.");
    public static final Option<Long> MIN_INJECTED_GOMAXPROCS = Option.of(
            "min_injected_gomaxprocs",
            ValueType.integer(0, Integer.MAX_VALUE),
            0L,
            "The least GOMAXPROCS injected into containers without a CPU limit; 0 injects none.");
    public static final Option<Boolean> SELINUX = Option.of(
            "selinux",
            ValueType.BOOL,
            false,
            "Whether containers get SELinux labels; where it is not set, as the node has SELinux.");
    public static final Option<Optional<Path>> SECCOMP_PROFILE = Option.of(
            "seccomp_profile",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The default seccomp profile; empty is the built-in one.");
    public static final Option<Optional<Path>> PRIVILEGED_SECCOMP_PROFILE = Option.of(
            "privileged_seccomp_profile",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The seccomp profile of privileged containers; empty is none.");
    public static final Option<String> APPARMOR_PROFILE = Option.of(
            "apparmor_profile",
            ValueType.STRING,
            "crio-default",
            "The AppArmor profile of containers that choose none, or RuntimeDefault; \"unconfined\" is none.");
    public static final Option<Optional<Path>> BLOCKIO_CONFIG_FILE = Option.of(
                    "blockio_config_file", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "Classes of block I/O.")
            .pending();
    public static final Option<Boolean> BLOCKIO_RELOAD = Option.of(
                    "blockio_reload",
                    ValueType.BOOL,
                    false,
                    "Whether block devices are scanned anew for each container.")
            .pending();
    public static final Option<Optional<Path>> IRQBALANCE_CONFIG_FILE = Option.of(
            "irqbalance_config_file",
            ValueType.OPTIONAL_PATH,
            Optional.of(Path.of("/etc/sysconfig/irqbalance")),
            "The file through which interrupts are kept off pinned CPUs.");
    public static final Option<String> IRQBALANCE_CONFIG_RESTORE_FILE = Option.of(
            "irqbalance_config_restore_file",
            ValueType.STRING,
            "/etc/sysconfig/orig_irq_banned_cpus",
            "Where the banned CPUs found at start are kept; \"disable\" restores none.");
    public static final Option<Optional<Path>> RDT_CONFIG_FILE = Option.of(
                    "rdt_config_file", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "Classes of Intel RDT.")
            .pending();
    public static final Option<CgroupDriver> CGROUP_MANAGER = Option.of(
            "cgroup_manager",
            ValueType.choice(List.of(CgroupDriver.values()), CgroupDriver::word),
            CgroupDriver.SYSTEMD,
            "Who makes cgroups; must be what kubelet uses.");
    public static final Option<List<String>> DEFAULT_CAPABILITIES = Option.of(
            "default_capabilities",
            ValueType.STRINGS,
            List.of(
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FSETID",
                    "FOWNER",
                    "SETGID",
                    "SETUID",
                    "SETPCAP",
                    "NET_BIND_SERVICE",
                    "KILL"),
            "The capabilities of a container that asks for no others.");
    public static final Option<Boolean> ADD_INHERITABLE_CAPABILITIES = Option.of(
            "add_inheritable_capabilities", ValueType.BOOL, false, "Whether the capabilities are inheritable as well.");
    public static final Option<List<String>> DEFAULT_SYSCTLS = Option.of(
            "default_sysctls",
            ValueType.ASSIGNMENTS,
            List.<String>of(),
            "Sysctls of every pod, as \"net.ipv4.ping_group_range=0 1000\"; namespaced ones only.");
    public static final Option<List<Path>> ALLOWED_DEVICES = Option.of(
            "allowed_devices",
            ValueType.PATHS,
            List.of(Path.of("/dev/fuse"), Path.of("/dev/net/tun")),
            "Devices that a pod may ask for by annotation.");
    public static final Option<List<String>> ADDITIONAL_DEVICES = Option.of(
            "additional_devices",
            ValueType.STRINGS,
            List.<String>of(),
            "Devices of every container, as \"/dev/host:/dev/container:rwm\".");
    public static final Option<List<Path>> CDI_SPEC_DIRS = Option.of(
            "cdi_spec_dirs",
            ValueType.PATHS,
            List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")),
            "Folders of Container Device Interface specifications.");
    public static final Option<Boolean> DEVICE_OWNERSHIP_FROM_SECURITY_CONTEXT = Option.of(
            "device_ownership_from_security_context",
            ValueType.BOOL,
            false,
            "Whether device nodes belong to the user that the container runs as.");
    public static final Option<List<Path>> HOOKS_DIR = Option.of(
            "hooks_dir",
            ValueType.PATHS,
            List.of(Path.of("/usr/share/containers/oci/hooks.d")),
            "Folders of OCI hooks.");
    public static final Option<Optional<Path>> DEFAULT_MOUNTS_FILE = Option.of(
            "default_mounts_file",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "A file of mounts for every container, one \"host:container\" a line.");
    public static final Option<Long> PIDS_LIMIT = Option.of(
            "pids_limit",
            ValueType.integer(-1, Long.MAX_VALUE),
            -1L,
            "The process limit of a container whose request has none; -1 is no limit.");
    public static final Option<Long> LOG_SIZE_MAX = Option.of(
            "log_size_max",
            ValueType.integer(-1, Long.MAX_VALUE),
            -1L,
            "The size at which a container's log is cut, in bytes, at least 8192; -1 never cuts. kubelet rotates logs.");
    public static final Option<Boolean> LOG_TO_JOURNALD = Option.of(
                    "log_to_journald", ValueType.BOOL, false, "Whether container output goes to the journal as well.")
            .flag("log-journald");
    public static final Option<LogLevel> LOG_LEVEL = Option.of(
            "log_level",
            ValueType.choice(List.of(LogLevel.values()), LogLevel::word),
            LogLevel.INFO,
            "What the daemon logs.");
    public static final Option<String> LOG_FILTER = Option.of(
                    "log_filter", ValueType.STRING, "", "A regular expression; only log lines that match are written.")
            .pending();
    public static final Option<Path> CONTAINER_EXITS_DIR = Option.of(
            "container_exits_dir",
            ValueType.PATH,
            Path.of("/var/run/crio/exits"),
            "Where monitors leave the exit codes of containers.");
    public static final Option<Path> CONTAINER_ATTACH_SOCKET_DIR = Option.of(
            "container_attach_socket_dir",
            ValueType.PATH,
            Path.of("/var/run/crio"),
            "Where monitors keep the sockets for attach.");
    public static final Option<String> BIND_MOUNT_PREFIX = Option.of(
            "bind_mount_prefix",
            ValueType.STRING,
            "",
            "A prefix of the host side of mounts, for a daemon that runs in a container itself.");
    public static final Option<Boolean> READ_ONLY =
            Option.of("read_only", ValueType.BOOL, false, "Whether every container's root filesystem is read-only.");
    public static final Option<String> UID_MAPPINGS = Option.of(
                    "uid_mappings", ValueType.STRING, "", "User ids of a global user namespace.")
            .withoutEffect("pods ask for user namespaces themselves");
    public static final Option<String> GID_MAPPINGS = Option.of(
                    "gid_mappings", ValueType.STRING, "", "Group ids of a global user namespace.")
            .withoutEffect("pods ask for user namespaces themselves");
    public static final Option<Long> MINIMUM_MAPPABLE_UID = Option.of(
            "minimum_mappable_uid",
            ValueType.integer(-1, 4_294_967_295L),
            -1L,
            "The least host user id that an annotation may map into a pod; -1 sets no bound.");
    public static final Option<Long> MINIMUM_MAPPABLE_GID = Option.of(
            "minimum_mappable_gid",
            ValueType.integer(-1, 4_294_967_295L),
            -1L,
            "The least host group id that an annotation may map into a pod; -1 sets no bound.");
    public static final Option<Duration> CTR_STOP_TIMEOUT = Option.of(
                    "ctr_stop_timeout",
                    ValueType.seconds(0),
                    Duration.ofSeconds(30),
                    "The least grace period in seconds when the daemon stops containers by itself.")
            .pending();
    public static final Option<String> SEPARATE_PULL_CGROUP = Option.of(
                    "separate_pull_cgroup", ValueType.STRING, "", "The cgroup that image pulls are accounted to.")
            .pending();
    public static final Option<Boolean> DROP_INFRA_CTR = Option.of(
            "drop_infra_ctr",
            ValueType.BOOL,
            true,
            "Whether pods do without a pause process unless they share a PID namespace.");
    public static final Option<String> INFRA_CTR_CPUSET =
            Option.of("infra_ctr_cpuset", ValueType.STRING, "", "CPUs of pause processes.");
    public static final Option<String> SHARED_CPUSET =
            Option.of("shared_cpuset", ValueType.STRING, "", "CPUs that containers may ask for beside their own.");
    public static final Option<Path> NAMESPACES_DIR = Option.of(
            "namespaces_dir", ValueType.PATH, Path.of("/var/run"), "Where the namespaces of pods are pinned.");
    public static final Option<Optional<Path>> PINNS_PATH = Option.of(
                    "pinns_path",
                    ValueType.OPTIONAL_PATH,
                    Optional.<Path>empty(),
                    "CRI-O's helper for pinning namespaces.")
            .withoutEffect("Crius pins namespaces itself");
    public static final Option<Boolean> ENABLE_CRIU_SUPPORT = Option.of(
                    "enable_criu_support", ValueType.BOOL, true, "Whether checkpoint and restore are offered.")
            .pending();
    public static final Option<Boolean> ENABLE_POD_EVENTS =
            Option.of("enable_pod_events", ValueType.BOOL, false, "Whether pod events are streamed to kubelet.");
    public static final Option<List<Path>> ABSENT_MOUNT_SOURCES_TO_REJECT = Option.of(
            "absent_mount_sources_to_reject",
            ValueType.PATHS,
            List.<Path>of(),
            "Mount sources that must exist on the host instead of being made.");
    public static final Option<Boolean> HOSTNETWORK_DISABLE_SELINUX = Option.of(
            "hostnetwork_disable_selinux",
            ValueType.BOOL,
            true,
            "Whether pods on the host's network run without a process label.");
    public static final Option<Boolean> DISABLE_HOSTPORT_MAPPING = Option.of(
            "disable_hostport_mapping", ValueType.BOOL, false, "Whether host ports are left to the CNI plugins.");
    public static final Option<String> TIMEZONE = Option.of(
            "timezone",
            ValueType.STRING,
            "",
            "The time zone of containers: a name, \"Local\" for the node's, or empty for the image's.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.runtime",
            "How pods and containers run.",
            DEFAULT_RUNTIME,
            DEFAULT_ULIMITS,
            NO_PIVOT,
            DECRYPTION_KEYS_PATH,
            ADDITIONAL_ARTIFACT_STORES,
            CONMON,
            CONMON_CGROUP,
            CONMON_ENV,
            DEFAULT_ENV,
            MIN_INJECTED_GOMAXPROCS,
            SELINUX,
            SECCOMP_PROFILE,
            PRIVILEGED_SECCOMP_PROFILE,
            APPARMOR_PROFILE,
            BLOCKIO_CONFIG_FILE,
            BLOCKIO_RELOAD,
            IRQBALANCE_CONFIG_FILE,
            IRQBALANCE_CONFIG_RESTORE_FILE,
            RDT_CONFIG_FILE,
            CGROUP_MANAGER,
            DEFAULT_CAPABILITIES,
            ADD_INHERITABLE_CAPABILITIES,
            DEFAULT_SYSCTLS,
            ALLOWED_DEVICES,
            ADDITIONAL_DEVICES,
            CDI_SPEC_DIRS,
            DEVICE_OWNERSHIP_FROM_SECURITY_CONTEXT,
            HOOKS_DIR,
            DEFAULT_MOUNTS_FILE,
            PIDS_LIMIT,
            LOG_SIZE_MAX,
            LOG_TO_JOURNALD,
            LOG_LEVEL,
            LOG_FILTER,
            CONTAINER_EXITS_DIR,
            CONTAINER_ATTACH_SOCKET_DIR,
            BIND_MOUNT_PREFIX,
            READ_ONLY,
            UID_MAPPINGS,
            GID_MAPPINGS,
            MINIMUM_MAPPABLE_UID,
            MINIMUM_MAPPABLE_GID,
            CTR_STOP_TIMEOUT,
            SEPARATE_PULL_CGROUP,
            DROP_INFRA_CTR,
            INFRA_CTR_CPUSET,
            SHARED_CPUSET,
            NAMESPACES_DIR,
            PINNS_PATH,
            ENABLE_CRIU_SUPPORT,
            ENABLE_POD_EVENTS,
            ABSENT_MOUNT_SOURCES_TO_REJECT,
            HOSTNETWORK_DISABLE_SELINUX,
            DISABLE_HOSTPORT_MAPPING,
            TIMEZONE);

    public String defaultRuntime() {
        return settings.get(DEFAULT_RUNTIME);
    }

    public List<Ulimit> defaultUlimits() {
        return settings.get(DEFAULT_ULIMITS);
    }

    public boolean noPivot() {
        return settings.get(NO_PIVOT);
    }

    public Path decryptionKeysPath() {
        return settings.get(DECRYPTION_KEYS_PATH);
    }

    public List<Path> additionalArtifactStores() {
        return settings.get(ADDITIONAL_ARTIFACT_STORES);
    }

    public Optional<Path> conmon() {
        return settings.get(CONMON);
    }

    public String conmonCgroup() {
        return settings.get(CONMON_CGROUP);
    }

    public List<String> conmonEnv() {
        return settings.get(CONMON_ENV);
    }

    public List<String> defaultEnv() {
        return settings.get(DEFAULT_ENV);
    }

    public long minInjectedGomaxprocs() {
        return settings.get(MIN_INJECTED_GOMAXPROCS);
    }

    /** Empty where nobody said: the node decides. */
    public Optional<Boolean> selinux() {
        return settings.isSet(SELINUX) ? Optional.of(settings.get(SELINUX)) : Optional.empty();
    }

    public Optional<Path> seccompProfile() {
        return settings.get(SECCOMP_PROFILE);
    }

    public Optional<Path> privilegedSeccompProfile() {
        return settings.get(PRIVILEGED_SECCOMP_PROFILE);
    }

    public String apparmorProfile() {
        return settings.get(APPARMOR_PROFILE);
    }

    public Optional<Path> blockioConfigFile() {
        return settings.get(BLOCKIO_CONFIG_FILE);
    }

    public boolean blockioReload() {
        return settings.get(BLOCKIO_RELOAD);
    }

    public Optional<Path> irqbalanceConfigFile() {
        return settings.get(IRQBALANCE_CONFIG_FILE);
    }

    public String irqbalanceConfigRestoreFile() {
        return settings.get(IRQBALANCE_CONFIG_RESTORE_FILE);
    }

    public Optional<Path> rdtConfigFile() {
        return settings.get(RDT_CONFIG_FILE);
    }

    public CgroupDriver cgroupManager() {
        return settings.get(CGROUP_MANAGER);
    }

    public List<String> defaultCapabilities() {
        return settings.get(DEFAULT_CAPABILITIES);
    }

    public boolean addInheritableCapabilities() {
        return settings.get(ADD_INHERITABLE_CAPABILITIES);
    }

    public List<String> defaultSysctls() {
        return settings.get(DEFAULT_SYSCTLS);
    }

    public List<Path> allowedDevices() {
        return settings.get(ALLOWED_DEVICES);
    }

    public List<String> additionalDevices() {
        return settings.get(ADDITIONAL_DEVICES);
    }

    public List<Path> cdiSpecDirs() {
        return settings.get(CDI_SPEC_DIRS);
    }

    public boolean deviceOwnershipFromSecurityContext() {
        return settings.get(DEVICE_OWNERSHIP_FROM_SECURITY_CONTEXT);
    }

    public List<Path> hooksDir() {
        return settings.get(HOOKS_DIR);
    }

    public Optional<Path> defaultMountsFile() {
        return settings.get(DEFAULT_MOUNTS_FILE);
    }

    public long pidsLimit() {
        return settings.get(PIDS_LIMIT);
    }

    public long logSizeMax() {
        return settings.get(LOG_SIZE_MAX);
    }

    public boolean logToJournald() {
        return settings.get(LOG_TO_JOURNALD);
    }

    public LogLevel logLevel() {
        return settings.get(LOG_LEVEL);
    }

    public String logFilter() {
        return settings.get(LOG_FILTER);
    }

    public Path containerExitsDir() {
        return settings.get(CONTAINER_EXITS_DIR);
    }

    public Path containerAttachSocketDir() {
        return settings.get(CONTAINER_ATTACH_SOCKET_DIR);
    }

    public String bindMountPrefix() {
        return settings.get(BIND_MOUNT_PREFIX);
    }

    public boolean readOnly() {
        return settings.get(READ_ONLY);
    }

    public String uidMappings() {
        return settings.get(UID_MAPPINGS);
    }

    public String gidMappings() {
        return settings.get(GID_MAPPINGS);
    }

    public long minimumMappableUid() {
        return settings.get(MINIMUM_MAPPABLE_UID);
    }

    public long minimumMappableGid() {
        return settings.get(MINIMUM_MAPPABLE_GID);
    }

    /** At least 30 seconds, whatever is configured. */
    public Duration containerStopTimeout() {
        Duration configured = settings.get(CTR_STOP_TIMEOUT);
        return configured.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : configured;
    }

    public String separatePullCgroup() {
        return settings.get(SEPARATE_PULL_CGROUP);
    }

    public boolean dropInfraContainer() {
        return settings.get(DROP_INFRA_CTR);
    }

    public String infraContainerCpuset() {
        return settings.get(INFRA_CTR_CPUSET);
    }

    public String sharedCpuset() {
        return settings.get(SHARED_CPUSET);
    }

    public Path namespacesDir() {
        return settings.get(NAMESPACES_DIR);
    }

    public Optional<Path> pinnsPath() {
        return settings.get(PINNS_PATH);
    }

    public boolean enableCriuSupport() {
        return settings.get(ENABLE_CRIU_SUPPORT);
    }

    public boolean enablePodEvents() {
        return settings.get(ENABLE_POD_EVENTS);
    }

    public List<Path> absentMountSourcesToReject() {
        return settings.get(ABSENT_MOUNT_SOURCES_TO_REJECT);
    }

    public boolean hostnetworkDisableSelinux() {
        return settings.get(HOSTNETWORK_DISABLE_SELINUX);
    }

    public boolean disableHostportMapping() {
        return settings.get(DISABLE_HOSTPORT_MAPPING);
    }

    public String timezone() {
        return settings.get(TIMEZONE);
    }
}
