package io.crius.daemon;

import io.crius.config.ConfigArguments;
import io.crius.config.ConfigLoader;
import io.crius.config.LoadedConfig;
import io.crius.config.Setting;
import io.crius.daemon.log.DaemonLog;
import io.crius.daemon.log.LogFormat;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** From the command line to a daemon that serves: log, configuration, and what the user should know about it. */
final class DaemonStart {
    static final int WENT_WRONG = 1;
    static final int WRONG_CONFIGURATION = 2;

    private static final Path ETC = Path.of("/etc");

    private DaemonStart() {}

    /** Runs the daemon to its end and gives the exit status. */
    static int run(List<String> arguments, Map<String, String> environment) {
        try {
            Linux linux = Linux.real();
            Thread.setDefaultUncaughtExceptionHandler(DaemonStart::logUncaught);
            FirstUse.begin(linux);
            LogArguments logging = logging(arguments);
            Supplier<LoadedConfig> source =
                    () -> ConfigLoader.load(ConfigArguments.parse(logging.rest(), environment, ETC));
            LoadedConfig loaded = configure(logging, source);
            tell(loaded);
            return Daemon.serve(loaded, source, linux);
        } catch (CriusException.InvalidArgument e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> logger().log(Level.ERROR, line.strip()));
            return WRONG_CONFIGURATION;
        } catch (IOException | RuntimeException e) {
            logger().log(Level.ERROR, "the daemon ends", e);
            return WENT_WRONG;
        } catch (InterruptedException _) {
            logger().log(Level.ERROR, "the daemon was interrupted before it served");
            Thread.currentThread().interrupt();
            return WENT_WRONG;
        }
    }

    /** Where the log goes; one is in force when this throws. */
    private static LogArguments logging(List<String> arguments) throws IOException {
        try {
            return LogArguments.parse(arguments);
        } catch (RuntimeException | Error e) {
            install(new LogArguments(Optional.empty(), LogFormat.TEXT, arguments));
            throw e;
        }
    }

    /** The log is in force when this returns, and also when it throws. */
    private static LoadedConfig configure(LogArguments logging, Supplier<LoadedConfig> source) throws IOException {
        LoadedConfig loaded;
        try {
            loaded = source.get();
        } catch (RuntimeException | Error e) {
            install(logging);
            throw e;
        }
        install(logging);
        DaemonLog.level(loaded.config().runtime().logLevel());
        return loaded;
    }

    /** Where the file of the log cannot be written, the log goes to standard error. */
    private static void install(LogArguments logging) throws IOException {
        try {
            DaemonLog.install(logging.format(), logging.file());
        } catch (IOException e) {
            DaemonLog.install(logging.format(), Optional.empty());
            throw e;
        }
    }

    private static void tell(LoadedConfig loaded) {
        logger().log(Level.INFO, "configuration read from {0}", loaded.files());
        loaded.warnings().forEach(warning -> logger().log(Level.WARNING, "configuration: " + warning));
        for (Setting<?> setting : loaded.notHonoured()) {
            logger().log(
                            Level.WARNING,
                            "configuration: " + setting.origin() + ": " + setting.key()
                                    + ": read, but this version does not act on it yet");
        }
    }

    private static void logUncaught(Thread thread, Throwable thrown) {
        logger().log(Level.ERROR, "thread " + thread.getName() + " ended by a defect", thrown);
    }

    private static System.Logger logger() {
        return System.getLogger("io.crius.daemon");
    }
}
