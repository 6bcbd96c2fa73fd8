package io.crius.linux;

import java.nio.file.Path;
import java.util.List;

/**
 * A line of {@code /proc/self/mountinfo}. Kernel: proc_pid_mountinfo(5).
 *
 * @param root the part of the file system that is shown
 * @param type of the file system
 * @param source what was mounted, as the file system names it
 * @param superOptions options of the file system itself
 * @param options of the mount point, such as {@code nosuid}
 * @param propagation {@code shared:N}, {@code master:N}; nothing where private
 */
public record MountInfo(
        long id,
        String root,
        Path mountPoint,
        String type,
        String source,
        List<String> superOptions,
        List<String> options,
        List<String> propagation) {
    public MountInfo {
        superOptions = List.copyOf(superOptions);
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
    }
}
