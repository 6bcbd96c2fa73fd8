package io.crius.daemon;

import io.crius.daemon.cli.Commands;
import java.util.List;

/** Where the program starts. */
public final class Main {
    private static final List<String> QUESTIONS = List.of("--help", "-h", "--version", "-v");

    private Main() {}

    /**
     * Runs the daemon, or the command that the first argument names.
     *
     * <p>Exit status: 0 when all went well, 1 when something went wrong, 2 when the command line or the configuration is
     * wrong.
     */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        System.exit(
                isForDaemon(arguments)
                        ? daemon(arguments)
                        : Commands.of(Version.current()).run(arguments));
    }

    private static int daemon(List<String> arguments) {
        boolean named = !arguments.isEmpty() && arguments.getFirst().equals("daemon");
        return DaemonStart.run(named ? arguments.subList(1, arguments.size()) : arguments, System.getenv());
    }

    /** Compat: like crio, the program without a command is the daemon; its flags need none. */
    private static boolean isForDaemon(List<String> arguments) {
        if (arguments.isEmpty()) {
            return true;
        }
        String first = arguments.getFirst();
        return first.equals("daemon") || (first.startsWith("-") && !QUESTIONS.contains(first));
    }
}
