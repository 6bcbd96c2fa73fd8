package io.crius.daemon.log;

import io.crius.config.LogLevel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Sends what is logged to its place. One at a time is in force. */
public final class DaemonLog {
    /** Libraries whose chatter below a warning helps nobody who does not debug them. */
    private static final List<String> LIBRARIES = List.of("io.grpc", "io.netty", "jdk");

    /** Held, because the logging system forgets the level of a logger that nobody holds. */
    private static final List<Logger> HELD =
            LIBRARIES.stream().map(Logger::getLogger).toList();

    /** Safety: they log the first bytes of each message, which may be credentials. */
    private static final List<Logger> NEVER = Stream.of("NettyServerHandler", "NettyClientHandler")
            .map(name -> Logger.getLogger("io.grpc.netty." + name))
            .toList();

    private static final Logger ROOT = Logger.getLogger("");

    private DaemonLog() {}

    /**
     * Replaces whatever handlers there are by one that writes in the given form.
     *
     * @param file appended to; standard error where there is none
     */
    public static void install(LogFormat format, Optional<Path> file) throws IOException {
        FileOutputStream out = file.isPresent()
                ? new FileOutputStream(file.get().toFile(), true)
                : new FileOutputStream(FileDescriptor.err);
        LogManager.getLogManager().reset();
        Handler handler = new StreamLines(out);
        handler.setFormatter(new LogLine(format));
        handler.setLevel(Level.ALL);
        ROOT.addHandler(handler);
        level(LogLevel.INFO);
    }

    /** What is logged from now on. */
    public static void level(LogLevel level) {
        Level ours = julLevel(level);
        ROOT.setLevel(ours);
        boolean debugging = level == LogLevel.TRACE;
        HELD.forEach(library -> library.setLevel(debugging ? ours : Level.WARNING));
        NEVER.forEach(library -> library.setLevel(Level.WARNING));
    }

    private static Level julLevel(LogLevel level) {
        return switch (level) {
            case FATAL, PANIC, ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINER;
        };
    }
}
