package io.crius.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sizes of huge pages that a cgroup counts, by the names of its files. */
final class HugepageSizes {
    private static final String PREFIX = "hugetlb.";

    private HugepageSizes() {}

    /** {@code hugetlb.2MB.current} is "2MB"; none if the cgroup is gone. */
    static List<String> in(Path folder, String suffix) {
        var sizes = new ArrayList<String>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*" + suffix)) {
            for (Path file : found) {
                String name = String.valueOf(file.getFileName());
                String size = name.substring(PREFIX.length(), name.length() - suffix.length());
                if (size.indexOf('.') < 0) {
                    sizes.add(size);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // Cgroups may go away at any time.
            return List.of();
        }
        return sizes;
    }
}
