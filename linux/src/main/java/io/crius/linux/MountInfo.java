package io.crius.linux;

import java.nio.file.Path;
import java.util.List;

/**
 * A mount of this process's mount namespace. Kernel: proc(5), mountinfo.
 *
 * @param id its number while it exists
 * @param parent the number of the mount it is on
 * @param device {@code major:minor}
 * @param root which folder of its file system is seen
 * @param options of the mount point, such as {@code nosuid}
 * @param propagation {@code shared:N}, {@code master:N}, ...; empty where private
 * @param type {@code overlay}, {@code tmpfs}, ...
 * @param superOptions of the file system, such as {@code lowerdir=...}
 */
public record MountInfo(
        int id,
        int parent,
        String device,
        String root,
        Path mountPoint,
        List<String> options,
        List<String> propagation,
        String type,
        String source,
        List<String> superOptions) {
    public MountInfo {
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
        superOptions = List.copyOf(superOptions);
    }
}
