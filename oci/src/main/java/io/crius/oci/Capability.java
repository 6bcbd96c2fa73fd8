package io.crius.oci;

import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A Linux capability. Kernel: the numbers are those of linux/capability.h. */
public enum Capability {
    CAP_CHOWN(0),
    CAP_DAC_OVERRIDE(1),
    CAP_DAC_READ_SEARCH(2),
    CAP_FOWNER(3),
    CAP_FSETID(4),
    CAP_KILL(5),
    CAP_SETGID(6),
    CAP_SETUID(7),
    CAP_SETPCAP(8),
    CAP_LINUX_IMMUTABLE(9),
    CAP_NET_BIND_SERVICE(10),
    CAP_NET_BROADCAST(11),
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13),
    CAP_IPC_LOCK(14),
    CAP_IPC_OWNER(15),
    CAP_SYS_MODULE(16),
    CAP_SYS_RAWIO(17),
    CAP_SYS_CHROOT(18),
    CAP_SYS_PTRACE(19),
    CAP_SYS_PACCT(20),
    CAP_SYS_ADMIN(21),
    CAP_SYS_BOOT(22),
    CAP_SYS_NICE(23),
    CAP_SYS_RESOURCE(24),
    CAP_SYS_TIME(25),
    CAP_SYS_TTY_CONFIG(26),
    CAP_MKNOD(27),
    CAP_LEASE(28),
    CAP_AUDIT_WRITE(29),
    CAP_AUDIT_CONTROL(30),
    CAP_SETFCAP(31),
    CAP_MAC_OVERRIDE(32),
    CAP_MAC_ADMIN(33),
    CAP_SYSLOG(34),
    CAP_WAKE_ALARM(35),
    CAP_BLOCK_SUSPEND(36),
    CAP_AUDIT_READ(37),
    CAP_PERFMON(38),
    CAP_BPF(39),
    CAP_CHECKPOINT_RESTORE(40);

    /** Compat: what a container gets that asks for nothing, as CRI-O's {@code default_capabilities}. */
    public static final Set<Capability> DEFAULTS = Collections.unmodifiableSet(EnumSet.of(
            CAP_CHOWN,
            CAP_DAC_OVERRIDE,
            CAP_FSETID,
            CAP_FOWNER,
            CAP_SETGID,
            CAP_SETUID,
            CAP_SETPCAP,
            CAP_NET_BIND_SERVICE,
            CAP_KILL));

    private static final String PREFIX = "CAP_";
    private static final Map<String, Capability> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** The kernel's number, a bit position in {@code CapBnd} of /proc/PID/status. */
    public int number() {
        return number;
    }

    /** The capability with the kernel's number, if it is known here. */
    public static Optional<Capability> ofNumber(int number) {
        return Arrays.stream(values()).filter(one -> one.number == number).findFirst();
    }

    /** Finds a name in any case, with or without {@code CAP_}. */
    public static Optional<Capability> find(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Optional.ofNullable(BY_NAME.get(upper.startsWith(PREFIX) ? upper : PREFIX + upper));
    }

    /** As {@link #find}; an unknown name is refused. */
    public static Capability parse(String name) {
        return find(name).orElseThrow(() -> new CriusException.InvalidArgument("unknown capability \"" + name + "\""));
    }
}
