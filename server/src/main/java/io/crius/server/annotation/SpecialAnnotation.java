package io.crius.server.annotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Annotations with a meaning. Compat: CRI-O's names; each has a key, and most an older one that still counts. One container of a
 * pod is addressed by {@code key/container}, with older keys also by {@code key.container}.
 */
public enum SpecialAnnotation {
    CGROUP_WRITABLE("cgroup2-mount-hierarchy-rw.crio.io", "io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw"),
    DEVICES("devices.crio.io", "io.kubernetes.cri-o.Devices"),
    DISABLE_FIPS("disable-fips.crio.io", "io.kubernetes.cri-o.DisableFIPS"),
    LINK_LOGS("link-logs.crio.io", "io.kubernetes.cri-o.LinkLogs"),
    POD_OVERHEAD("pod-linux-overhead.crio.io", "io.kubernetes.cri-o.PodLinuxOverhead"),
    POD_RESOURCES("pod-linux-resources.crio.io", "io.kubernetes.cri-o.PodLinuxResources"),
    SECCOMP_NOTIFIER("seccomp-notifier-action.crio.io", "io.kubernetes.cri-o.seccompNotifierAction"),
    SECCOMP_PROFILE("seccomp-profile.crio.io", "seccomp-profile.kubernetes.cri-o.io"),
    SHM_SIZE("shm-size.crio.io", "io.kubernetes.cri-o.ShmSize"),
    SKIP_RELABEL("try-skip-volume-selinux-label.crio.io", "io.kubernetes.cri-o.TrySkipVolumeSELinuxLabel"),
    UMASK("umask.crio.io", "io.kubernetes.cri-o.umask"),
    UNIFIED_CGROUP("unified-cgroup.crio.io", "io.kubernetes.cri-o.UnifiedCgroup"),
    USER_NAMESPACE("userns-mode.crio.io", "io.kubernetes.cri-o.userns-mode"),
    CPU_LOAD_BALANCING("cpu-load-balancing.crio.io"),
    CPU_QUOTA("cpu-quota.crio.io"),
    IRQ_LOAD_BALANCING("irq-load-balancing.crio.io"),
    CPU_C_STATES("cpu-c-states.crio.io"),
    CPU_FREQUENCY_GOVERNOR("cpu-freq-governor.crio.io"),
    CPU_SHARED("cpu-shared.crio.io"),
    TRACE_SYSCALLS("io.containers.trace-syscall"),
    RDT_CLASS("io.kubernetes.cri.rdt-class"),
    /** Of crun, by which a pod would have another filter than the one that its security context asks for. */
    RUNTIME_SECCOMP("run.oci.seccomp_bpf_data", "run.oci.seccomp"),
    SKIP_GOMAXPROCS(Use.FREE, "skip-gomaxprocs.crio.io", Optional.empty());

    /** Whether a pod may use it without its handler or workload allowing it. */
    private enum Use {
        FREE,
        LISTED
    }

    private final Use use;
    private final String key;
    private final Optional<String> olderKey;

    SpecialAnnotation(String key, String olderKey) {
        this(Use.LISTED, key, Optional.of(olderKey));
    }

    SpecialAnnotation(String key) {
        this(Use.LISTED, key, Optional.empty());
    }

    SpecialAnnotation(Use use, String key, Optional<String> olderKey) {
        this.use = use;
        this.key = key;
        this.olderKey = olderKey;
    }

    /** The key that it is documented by. */
    public String key() {
        return key;
    }

    /** The special annotation that an annotation's key is a form of; empty for one that means nothing here. */
    static Optional<SpecialAnnotation> of(String annotation) {
        return Stream.of(values())
                .filter(special -> special.keys().anyMatch(own -> isForm(annotation, own)))
                .findFirst();
    }

    private static boolean isForm(String annotation, String own) {
        return annotation.equals(own) || annotation.startsWith(own + "/") || annotation.startsWith(own + ".");
    }

    /** Whether a list such as {@code allowed_annotations} permits it, be it by its older key. */
    boolean isAllowed(Set<String> allowed) {
        return use == Use.FREE || keys().anyMatch(allowed::contains);
    }

    /** The keys under which one container's value may be, the first that is there counts. */
    List<String> keysFor(String container) {
        var keys = new ArrayList<String>();
        keys().forEach(own -> keys.add(own + "/" + container));
        keys().forEach(own -> keys.add(own + "." + container));
        keys().forEach(keys::add);
        return keys;
    }

    private Stream<String> keys() {
        return Stream.concat(Stream.of(key), olderKey.stream());
    }
}
