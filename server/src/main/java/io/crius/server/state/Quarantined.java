package io.crius.server.state;

import java.nio.file.Path;

/**
 * A journal that cannot be understood. What it describes may be alive, so nothing of it is touched.
 *
 * @param pod the name of the folder that it is in, which is the pod's id
 * @param object the id of the pod or container that it describes
 * @param why what is wrong with it
 */
public record Quarantined(Path file, String pod, String object, String why) {
    static final String SUFFIX = ".journal";
    static final String POD_JOURNAL = "pod" + SUFFIX;

    static Quarantined of(Path file, String why) {
        String name = String.valueOf(file.getFileName());
        Path folder = file.toAbsolutePath().getParent();
        String pod = folder == null ? "" : String.valueOf(folder.getFileName());
        boolean ofPod = name.equals(POD_JOURNAL) || !name.endsWith(SUFFIX);
        return new Quarantined(file, pod, ofPod ? pod : name.substring(0, name.length() - SUFFIX.length()), why);
    }

    /** Whether a journal describes a container, by its name. */
    static boolean isOfContainer(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) && !name.equals(POD_JOURNAL);
    }

    @Override
    public String toString() {
        return file + ": " + why;
    }
}
