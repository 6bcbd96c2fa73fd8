package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Overlay mounts by fsopen, fsconfig, fsmount and move_mount. Kernel: layers are given one by one as {@code lowerdir+} from
 * Linux 6.8 on; where that, or the calls, are unknown, the caller has to use mount(2).
 */
final class OverlayMounter {
    private static final int AT_FDCWD = -100;
    private static final int CLOEXEC = 1;
    private static final int SET_FLAG = 0;
    private static final int SET_STRING = 1;
    private static final int CREATE = 6;
    private static final int EMPTY_PATH = 4;
    private static final int MESSAGE = 4096;

    /** Options that belong to the mount, not to the file system: flag of mount(2), attribute of fsmount(2). */
    private record Flag(int flag, int attribute) {}

    private static final Map<String, Flag> FLAGS = Map.of(
            "ro", new Flag(1, 0x1),
            "nosuid", new Flag(2, 0x2),
            "nodev", new Flag(4, 0x4),
            "noexec", new Flag(8, 0x8),
            "noatime", new Flag(1024, 0x10),
            "nodiratime", new Flag(2048, 0x80));

    /** False where this kernel cannot do it this way. */
    boolean mount(OverlayMount mount) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long opened = Sys.call(Nr.FSOPEN, Sys.string(arena, "overlay"), CLOEXEC);
            if (opened == -Errno.ENOSYS.number()) {
                return false;
            }
            try (Fd context = new Fd((int) Sys.check(opened, "fsopen(overlay)"))) {
                if (!addLowers(context, mount)) {
                    return false;
                }
                configure(context, mount);
                attach(context, mount);
                return true;
            }
        }
    }

    private static boolean addLowers(Fd context, OverlayMount mount) throws ErrnoException {
        for (Path lower : mount.lowers()) {
            long result = set(context, SET_STRING, "lowerdir+", lower.toString());
            if (result == -Errno.EINVAL.number() && lower.equals(mount.lowers().getFirst())) {
                return false;
            }
            check(result, context, mount);
        }
        return true;
    }

    private static void configure(Fd context, OverlayMount mount) throws ErrnoException {
        check(set(context, SET_STRING, "source", "overlay"), context, mount);
        if (mount.upper().isPresent()) {
            check(set(context, SET_STRING, "upperdir", mount.upper().get().toString()), context, mount);
        }
        if (mount.work().isPresent()) {
            check(set(context, SET_STRING, "workdir", mount.work().get().toString()), context, mount);
        }
        for (String option : mount.options()) {
            if (!FLAGS.containsKey(option)) {
                int equals = option.indexOf('=');
                long result = equals < 0
                        ? set(context, SET_FLAG, option, "")
                        : set(context, SET_STRING, option.substring(0, equals), option.substring(equals + 1));
                check(result, context, mount);
            }
        }
        check(Sys.call(Nr.FSCONFIG, context.number(), CREATE, 0, 0, 0), context, mount);
    }

    private static void attach(Fd context, OverlayMount mount) throws ErrnoException {
        int attributes = mount.options().stream()
                .map(FLAGS::get)
                .mapToInt(flag -> flag == null ? 0 : flag.attribute)
                .reduce(0, (a, b) -> a | b);
        long mounted = Sys.call(Nr.FSMOUNT, context.number(), CLOEXEC, attributes);
        check(mounted, context, mount);
        try (Arena arena = Arena.ofConfined();
                Fd detached = new Fd((int) mounted)) {
            long result = Sys.call(
                    Nr.MOVE_MOUNT,
                    detached.number(),
                    Sys.string(arena, ""),
                    AT_FDCWD,
                    Sys.string(arena, mount.target()),
                    EMPTY_PATH);
            check(result, context, mount);
        }
    }

    private static long set(Fd context, int command, String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            long text = command == SET_FLAG ? 0 : Sys.string(arena, value);
            return Sys.call(Nr.FSCONFIG, context.number(), command, Sys.string(arena, key), text, 0);
        }
    }

    private static void check(long result, Fd context, OverlayMount mount) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException("mount(overlay, " + mount.target() + ")", (int) -result, message(context));
        }
    }

    /** What the file system said, one message a read, each with a mark of its kind in front: {@code e overlay: ...}. */
    private static String message(Fd context) {
        var messages = new ArrayList<String>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MESSAGE);
            long size = Sys.call(Nr.READ, context.number(), text.address(), MESSAGE);
            while (size > 0 && messages.size() < 10) {
                byte[] bytes = text.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
                messages.add(new String(bytes, StandardCharsets.UTF_8).strip());
                size = Sys.call(Nr.READ, context.number(), text.address(), MESSAGE);
            }
        }
        return String.join("; ", messages);
    }

    /** The same mount for mount(2). Kernel: a colon, comma or backslash of a path has to be escaped there. */
    static KernelMounts.Request classic(OverlayMount mount) {
        int flags = mount.options().stream()
                .map(FLAGS::get)
                .mapToInt(flag -> flag == null ? 0 : flag.flag)
                .reduce(0, (a, b) -> a | b);
        List<String> data = new ArrayList<>();
        data.add("lowerdir="
                + mount.lowers().stream().map(OverlayMounter::escaped).collect(Collectors.joining(":")));
        mount.upper().ifPresent(upper -> data.add("upperdir=" + escaped(upper)));
        mount.work().ifPresent(work -> data.add("workdir=" + escaped(work)));
        mount.options().stream().filter(option -> !FLAGS.containsKey(option)).forEach(data::add);
        return new KernelMounts.Request("overlay", mount.target(), "overlay", flags, String.join(",", data));
    }

    private static String escaped(Path path) {
        return path.toString().replaceAll("([\\\\:,])", "\\\\$1");
    }
}
