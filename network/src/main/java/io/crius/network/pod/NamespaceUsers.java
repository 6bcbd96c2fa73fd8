package io.crius.network.pod;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which processes are in a pod's namespaces. Looks at every process of the node: for rare occasions. Stateless. */
final class NamespaceUsers {
    private static final Path PROC = Path.of("/proc");

    private NamespaceUsers() {}

    /** Their numbers; pins that are no live namespaces have nobody. Kernel: namespaces(7), the links of /proc/PID/ns. */
    static List<Long> of(List<Map.Entry<PodNamespace, Path>> livePins) {
        var links = new HashMap<String, String>();
        try {
            for (Map.Entry<PodNamespace, Path> pin : livePins) {
                String name = pin.getKey().kind().file();
                links.put(name, name + ":[" + Files.getAttribute(pin.getValue(), "unix:ino") + "]");
            }
            return links.isEmpty() ? List.of() : processesWith(links);
        } catch (IOException e) {
            throw new CriusException.Failed("look who uses " + livePins + ": " + e, e);
        }
    }

    private static List<Long> processesWith(Map<String, String> links) throws IOException {
        var found = new ArrayList<Long>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path process : entries.toList()) {
                String pid = process.getFileName().toString();
                if (Character.isDigit(pid.charAt(0)) && isIn(process, links)) {
                    found.add(Long.valueOf(pid));
                }
            }
        }
        return found;
    }

    /** Kernel: where the first thread has ended and others live, the process itself has no namespaces. */
    private static boolean isIn(Path process, Map<String, String> links) throws IOException {
        try {
            return hasOne(process.resolve("ns"), links);
        } catch (NoSuchFileException _) {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
                for (Path thread : threads) {
                    if (isIn(thread, links)) {
                        return true;
                    }
                }
            } catch (NoSuchFileException | NotDirectoryException _) {
                // it has ended
            }
            return false;
        } catch (AccessDeniedException _) {
            // Whoever hides from the node's root, or is just ending, is no process of a pod.
            return false;
        }
    }

    private static boolean hasOne(Path namespaces, Map<String, String> links) throws IOException {
        for (Map.Entry<String, String> link : links.entrySet()) {
            Path actual = Files.readSymbolicLink(namespaces.resolve(link.getKey()));
            if (actual.toString().equals(link.getValue())) {
                return true;
            }
        }
        return false;
    }
}
