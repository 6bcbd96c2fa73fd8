package io.crius.daemon.cli.ctl.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/** Whether a log has the container's first words. Stateless. */
final class LogBeginning {
    private LogBeginning() {}

    /**
     * What to tell a reader of a log that was begun anew while its container ran: nothing in the file says so. Empty for others,
     * and where the file system does not know when files were made.
     *
     * @param startedAt of the container, in nanoseconds since 1970; 0 for one that was not started
     */
    static Optional<String> of(Path log, long startedAt) {
        try {
            var attributes = Files.readAttributes(log, BasicFileAttributes.class);
            Instant made = attributes.creationTime().toInstant();
            // The JDK takes the time of the last change for the one that it cannot know.
            boolean known = !attributes.creationTime().equals(attributes.lastModifiedTime());
            if (startedAt > 0 && known && made.isAfter(Instant.ofEpochSecond(0, startedAt))) {
                return Optional.of(
                        "the log was begun anew at " + made + ": what came before is in rotated files beside " + log
                                + ", or gone where log_size_max cuts logs");
            }
            return Optional.empty();
        } catch (IOException _) {
            // said by whoever reads it
            return Optional.empty();
        }
    }
}
