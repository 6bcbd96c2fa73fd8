package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * An overlay by fsopen, fsconfig, fsmount, move_mount: layers are handed over one by one, so there may be many. Thread-safe.
 * Kernel: {@code lowerdir+} since 6.7.
 */
final class OverlayByContext {
    private static final int AT_FDCWD = -100;
    private static final int CLOEXEC = 1;
    private static final int SET_FLAG = 0;
    private static final int SET_STRING = 1;
    private static final int CREATE = 6;
    private static final int MOVE_EMPTY_PATH = 4;
    private static final int LOG_MAX = 1024;

    /** Kernel: fsconfig copies 256 bytes of a value, with the zero. */
    private static final int VALUE_MAX = 255;

    private static final Map<String, Integer> MOUNT_ATTRIBUTES =
            Map.of("ro", 0x1, "nosuid", 0x2, "nodev", 0x4, "noexec", 0x8, "noatime", 0x10, "nodiratime", 0x80, "rw", 0);

    /** Whether all its values are short enough. */
    boolean fits(OverlayMount overlay) {
        var values = new ArrayList<String>(overlay.options());
        overlay.lowers().forEach(lower -> values.add(lower.toString()));
        overlay.upper().ifPresent(upper -> values.add(upper.toString()));
        overlay.work().ifPresent(work -> values.add(work.toString()));
        return values.stream().noneMatch(value -> RawNames.encode(value).length > VALUE_MAX);
    }

    /** False where this kernel's overlay does not know the way; nothing was done then. */
    boolean mount(OverlayMount overlay) throws ErrnoException {
        String what = "mount(overlay, " + overlay.target() + ")";
        try (Scratch scratch = Scratch.take();
                Fd context = new Fd((int)
                        Sys.check(scratch.call(Nr.FSOPEN, scratch.string("overlay"), CLOEXEC), "fsopen", "overlay"))) {
            for (Path lower : overlay.lowers()) {
                long result = set(context, "lowerdir+", lower.toString());
                if (result == -Errno.EINVAL.number()) {
                    return false;
                }
                check(context, result, what + ": lower " + lower);
            }
            configure(context, overlay, what);
            check(context, scratch.call(Nr.FSCONFIG, context.number(), CREATE, 0, 0, 0), what);
            attach(context, overlay, what);
            return true;
        }
    }

    private static void configure(Fd context, OverlayMount overlay, String what) throws ErrnoException {
        check(context, set(context, "source", "overlay"), what);
        Optional<Path> upper = overlay.upper();
        if (upper.isPresent()) {
            check(context, set(context, "upperdir", escape(upper.get())), what + ": upper " + upper.get());
        }
        Optional<Path> work = overlay.work();
        if (work.isPresent()) {
            check(context, set(context, "workdir", escape(work.get())), what + ": work " + work.get());
        }
        for (String option : overlay.options()) {
            if (!MOUNT_ATTRIBUTES.containsKey(option) || option.equals("ro")) {
                check(context, setOption(context, option), what + ": option " + option);
            }
        }
    }

    /** Kernel: unlike lowerdir+, these two are unescaped. */
    private static String escape(Path path) {
        return path.toString().replace("\\", "\\\\");
    }

    private static long setOption(Fd context, String option) {
        int at = option.indexOf('=');
        if (at < 0) {
            try (Scratch scratch = Scratch.take()) {
                return scratch.call(Nr.FSCONFIG, context.number(), SET_FLAG, scratch.string(option), 0, 0);
            }
        }
        return set(context, option.substring(0, at), unquote(option.substring(at + 1)));
    }

    /** SELinux contexts are quoted in option strings, for the commas in them. */
    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static long set(Fd context, String key, String value) {
        try (Scratch scratch = Scratch.take()) {
            return scratch.call(
                    Nr.FSCONFIG, context.number(), SET_STRING, scratch.string(key), scratch.string(value), 0);
        }
    }

    private static void attach(Fd context, OverlayMount overlay, String what) throws ErrnoException {
        int attributes = 0;
        for (String option : overlay.options()) {
            attributes |= MOUNT_ATTRIBUTES.getOrDefault(option, 0);
        }
        try (Scratch scratch = Scratch.take()) {
            long made = scratch.call(Nr.FSMOUNT, context.number(), CLOEXEC, attributes);
            check(context, made, what);
            try (Fd mount = new Fd((int) made)) {
                long result = scratch.call(
                        Nr.MOVE_MOUNT,
                        mount.number(),
                        scratch.string(""),
                        AT_FDCWD,
                        scratch.string(overlay.target()),
                        MOVE_EMPTY_PATH);
                check(context, result, what);
            }
        }
    }

    private static void check(Fd context, long result, String what) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(what, (int) -result, log(context));
        }
    }

    /** What the file system had to say, a message at a read. Kernel: fsopen(2). */
    private static String log(Fd context) {
        var messages = new StringJoiner("; ");
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(LOG_MAX);
            while (true) {
                long length = scratch.call(Nr.READ, context.number(), memory.address(), LOG_MAX);
                if (length <= 0) {
                    return messages.toString();
                }
                byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                messages.add(new String(bytes, StandardCharsets.UTF_8).strip());
            }
        }
    }
}
