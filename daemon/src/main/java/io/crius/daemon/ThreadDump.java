package io.crius.daemon;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What every thread is doing, virtual ones included, in a file of the folder for temporary ones. Stateless. */
final class ThreadDump {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");

    private ThreadDump() {}

    /** Writes one and says in the log where; what goes wrong is said there as well. */
    static void write() {
        try {
            // Nobody else can have put something there: the name is new, and the file is in a folder for root alone.
            Path file = Files.createTempDirectory("crius-threads-").resolve("threads.log");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
            LOG.log(INFO, () -> "what all threads are doing is written to " + file);
        } catch (IOException | RuntimeException e) {
            LOG.log(ERROR, "what the threads are doing could not be written down", e);
        }
    }
}
