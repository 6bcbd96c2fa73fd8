package io.crius.server.cpu;

import io.crius.model.CriusException;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What annotations wish for a container's CPUs. Compat: CRI-O's annotations and values; other values mean nothing where there is
 * one that means something, except for latencies.
 *
 * @param balancing whether the scheduler moves other work onto them
 * @param quota whether the container's quota counts
 * @param interrupts which of them serve the node's interrupts
 * @param latency how long a CPU may take to wake up, in the kernel's words: microseconds, 0 for any, {@code n/a} for none
 * @param governor of their frequency
 * @param sharing whether the container uses {@code shared_cpuset} as well
 */
public record CpuWishes(
        Balancing balancing,
        Quota quota,
        Interrupts interrupts,
        Optional<String> latency,
        Optional<String> governor,
        Sharing sharing) {
    /** Whether the scheduler moves work between these CPUs and others. */
    public enum Balancing {
        ON,
        OFF
    }

    /** Whether CPU time is limited. */
    public enum Quota {
        IN_FORCE,
        LIFTED
    }

    /** Which CPUs of the container serve interrupts. */
    public enum Interrupts {
        ALL,
        NONE,
        /** The first one and its siblings. */
        HOUSEKEEPING
    }

    /** Whether CPUs that all may use are added. */
    public enum Sharing {
        OWN_ONLY,
        SHARED_TOO
    }

    public static final CpuWishes NONE = new CpuWishes(
            Balancing.ON, Quota.IN_FORCE, Interrupts.ALL, Optional.empty(), Optional.empty(), Sharing.OWN_ONLY);

    private static final Set<String> OFF = Set.of("disable", "true");
    private static final Pattern MAX_LATENCY = Pattern.compile("max_latency:([0-9]{1,9})");
    private static final Pattern GOVERNOR = Pattern.compile("[a-z_]+");

    /**
     * What a container's annotations wish.
     *
     * @throws CriusException.InvalidArgument for values that cannot be meant
     */
    public static CpuWishes of(String container, ContainerAnnotations annotations) {
        return new CpuWishes(
                isOff(annotations, SpecialAnnotation.CPU_LOAD_BALANCING) ? Balancing.OFF : Balancing.ON,
                isOff(annotations, SpecialAnnotation.CPU_QUOTA) ? Quota.LIFTED : Quota.IN_FORCE,
                interrupts(annotations),
                annotations.find(SpecialAnnotation.CPU_C_STATES).map(value -> latency(container, value)),
                annotations.find(SpecialAnnotation.CPU_FREQUENCY_GOVERNOR).map(value -> governor(container, value)),
                annotations
                                .find(SpecialAnnotation.CPU_SHARED)
                                .filter("enable"::equals)
                                .isPresent()
                        ? Sharing.SHARED_TOO
                        : Sharing.OWN_ONLY);
    }

    /** Whether the node is to be changed while the container runs. */
    public boolean changeTheNode() {
        return balancing == Balancing.OFF
                || quota == Quota.LIFTED
                || interrupts != Interrupts.ALL
                || latency.isPresent()
                || governor.isPresent();
    }

    private static boolean isOff(ContainerAnnotations annotations, SpecialAnnotation annotation) {
        return annotations.find(annotation).filter(OFF::contains).isPresent();
    }

    private static Interrupts interrupts(ContainerAnnotations annotations) {
        if (annotations
                .find(SpecialAnnotation.IRQ_LOAD_BALANCING)
                .filter("housekeeping"::equals)
                .isPresent()) {
            return Interrupts.HOUSEKEEPING;
        }
        return isOff(annotations, SpecialAnnotation.IRQ_LOAD_BALANCING) ? Interrupts.NONE : Interrupts.ALL;
    }

    /** Kernel: Documentation/power/pm_qos_interface. */
    private static String latency(String container, String value) {
        Matcher bounded = MAX_LATENCY.matcher(value);
        if (bounded.matches()) {
            return Long.toString(Long.parseLong(bounded.group(1)));
        }
        return switch (value) {
            case "enable" -> "0";
            case "disable" -> "n/a";
            default ->
                throw refused(
                        container,
                        SpecialAnnotation.CPU_C_STATES,
                        value,
                        "enable, disable or max_latency:<microseconds>");
        };
    }

    /** Safety: it is written to a file of the kernel as it is. */
    private static String governor(String container, String value) {
        if (!GOVERNOR.matcher(value).matches()) {
            throw refused(container, SpecialAnnotation.CPU_FREQUENCY_GOVERNOR, value, "a governor such as performance");
        }
        return value;
    }

    private static CriusException refused(String container, SpecialAnnotation annotation, String value, String needed) {
        return new CriusException.InvalidArgument(
                "container " + container + ": annotation " + annotation.key() + " \"" + value + "\" is not " + needed);
    }
}
