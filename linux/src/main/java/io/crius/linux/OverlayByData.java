package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An overlay by mount(2), whose options are one string below 4096 bytes. Where that is too short, the layers are opened and named
 * by their descriptor numbers, relative to {@code /proc/self/fd}. Thread-safe.
 */
final class OverlayByData {
    private static final int DATA_MAX = 4095;
    private static final int CLONE_FS = 0x200;
    private static final Map<String, MountFlag> FLAGS = Map.of(
            "ro", MountFlag.RDONLY,
            "nosuid", MountFlag.NOSUID,
            "nodev", MountFlag.NODEV,
            "noexec", MountFlag.NOEXEC,
            "noatime", MountFlag.NOATIME,
            "nodiratime", MountFlag.NODIRATIME);

    void mount(OverlayMount overlay) throws ErrnoException {
        String lowers = overlay.lowers().stream().map(OverlayByData::escape).collect(Collectors.joining(":"));
        String data = data(overlay, lowers);
        if (RawNames.encode(data).length <= DATA_MAX) {
            mount(overlay, data);
        } else {
            mountByNumbers(overlay);
        }
    }

    void mountByNumbers(OverlayMount overlay) throws ErrnoException {
        var opened = new ArrayList<Fd>();
        try {
            for (Path lower : overlay.lowers()) {
                opened.add(open(lower));
            }
            String lowers =
                    opened.stream().map(fd -> Integer.toString(fd.number())).collect(Collectors.joining(":"));
            String data = data(overlay, lowers);
            if (RawNames.encode(data).length > DATA_MAX) {
                throw new ErrnoException(
                        "mount(overlay, " + overlay.target() + "): options of more than " + DATA_MAX + " bytes",
                        Errno.E2BIG);
            }
            inDescriptors(overlay, data);
        } finally {
            opened.forEach(Fd::close);
        }
    }

    /** The working folder belongs to a thread after unshare(CLONE_FS), and ends with it. */
    private static void inDescriptors(OverlayMount overlay, String data) throws ErrnoException {
        try {
            OwnThread.call("crius-overlay", () -> {
                Sys.check(Sys.call(Nr.UNSHARE, CLONE_FS), "unshare", "CLONE_FS");
                try (Scratch scratch = Scratch.take()) {
                    Sys.check(scratch.call(Nr.CHDIR, scratch.string("/proc/self/fd")), "chdir", "/proc/self/fd");
                }
                mount(overlay, data);
                return 0;
            });
        } catch (ErrnoException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("an error of a kernel call that has no number", e);
        }
    }

    private static Fd open(Path lower) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            int flags = OpenFlag.bits(Set.of(OpenFlag.PATH, OpenFlag.DIRECTORY));
            long result = scratch.call(Nr.OPENAT, -1, scratch.string(lower.toAbsolutePath()), flags);
            return new Fd((int) Sys.check(result, "open", lower));
        }
    }

    private static String data(OverlayMount overlay, String lowers) {
        var data = new ArrayList<String>();
        data.add("lowerdir=" + lowers);
        overlay.upper().ifPresent(upper -> data.add("upperdir=" + escape(upper)));
        overlay.work().ifPresent(work -> data.add("workdir=" + escape(work)));
        overlay.options().stream()
                .filter(option -> !FLAGS.containsKey(option) && !option.equals("rw"))
                .forEach(data::add);
        return String.join(",", data);
    }

    /** Kernel: Documentation/filesystems/overlayfs: colons separate layers, commas options, backslashes escape both. */
    private static String escape(Path path) {
        return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }

    private static void mount(OverlayMount overlay, String data) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long type = scratch.string("overlay");
            long result = scratch.call(
                    Nr.MOUNT,
                    type,
                    scratch.string(overlay.target().toAbsolutePath()),
                    type,
                    MountFlag.bits(flags(overlay.options())),
                    scratch.string(data));
            Sys.check(result, "mount", "overlay", overlay.target(), data);
        }
    }

    private static Set<MountFlag> flags(List<String> options) {
        var flags = EnumSet.noneOf(MountFlag.class);
        for (String option : options) {
            MountFlag flag = FLAGS.get(option);
            if (flag != null) {
                flags.add(flag);
            }
        }
        return flags;
    }
}
