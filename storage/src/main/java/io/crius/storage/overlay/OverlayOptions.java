package io.crius.storage.overlay;

import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Options of overlay mounts.
 *
 * @param mountOptions for every mount
 * @param durability whether what containers write has to survive a power loss
 */
public record OverlayOptions(List<String> mountOptions, Durability durability) {
    /** What becomes of fsync in a container's root. */
    public enum Durability {
        /** Nothing is written out for it: containers do not outlive the machine. */
        VOLATILE,
        SYNCED
    }

    private static final String METACOPY = "metacopy=on";
    private static final Path METACOPY_KNOWN = Path.of("/sys/module/overlay/parameters/metacopy");

    public OverlayOptions {
        mountOptions = List.copyOf(mountOptions);
    }

    /**
     * Compat: metacopy is left out where the kernel does not know it.
     *
     * @param label of SELinux that all files show; empty for none
     */
    List<String> forReading(String label) {
        var options = new ArrayList<>(mountOptions.stream()
                .filter(option -> !option.equals(METACOPY) || Files.exists(METACOPY_KNOWN))
                .filter(option -> !option.equals("volatile"))
                .toList());
        if (!label.isEmpty()) {
            // Kernel: SELinux takes the quotes off; without them the comma in a level would end the option.
            options.add("context=\"" + label + "\"");
        }
        return options;
    }

    /** Kernel: {@code volatile} since 5.10. */
    List<String> forWriting(Linux linux, String label) throws IOException {
        var options = forReading(label);
        if (durability == Durability.VOLATILE && linux.features().version().isAtLeast(5, 10)) {
            options.add("volatile");
        }
        return options;
    }
}
