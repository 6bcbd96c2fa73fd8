package io.crius.daemon.cli;

import io.crius.daemon.cli.ctl.Ctl;
import io.crius.daemon.cli.ctl.session.Streams;
import io.crius.model.CriusException;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/** Finds the command by its name and says in one line what went wrong with it. */
public final class Commands {
    private static final int WENT_WRONG = 1;
    private static final int WRONG_USE = 2;

    private static final String HELP = """
            Crius, a Kubernetes container runtime

            crius [daemon] [flags]     serve the CRI; each option of the configuration is a flag
            crius config [flags]       print the configuration in force
                --default              print the built-in one
                --origin               print where each value comes from
                --diff                 print only what differs from the built-in one
                --check                print only what is wrong
            crius version              print the version
            crius ctl COMMAND ...      pods, containers, images: the words of crictl; "crius ctl help" lists them
            crius explain [OBJECT]     what the daemon does with a pod, container or image, and what it waits for
            crius demo --image IMAGE   run a pod with two containers, show it, remove it
                --socket PATH          the daemon's socket; /run/crius/crius.sock
                --log-dir PATH         where the containers' logs go
                --cgroup-parent PATH   the pod's cgroup
            crius demo --clean         stop and remove every pod of the daemon at --socket
            crius help                 print this

            Flags of daemon and config: --config FILE, --config-dir DIR, --set KEY=VALUE, --log-level LEVEL, and one for
            every option; of the daemon also --log FILE and --log-format text|json. See docs/configuration.md.
            """;

    private final String version;
    private final PrintStream out;
    private final PrintStream err;

    Commands(String version, PrintStream out, PrintStream err) {
        this.version = version;
        this.out = out;
        this.err = err;
    }

    /** The commands of a program of this version, on the standard streams. */
    public static Commands of(String version) {
        return new Commands(version, System.out, System.err);
    }

    /** Runs the command that the first argument names; gives the exit status. */
    public int run(List<String> arguments) {
        String name = arguments.getFirst();
        try {
            return command(name).run(arguments.subList(1, arguments.size()), out);
        } catch (CriusException.InvalidArgument e) {
            err.println("crius " + name + ": " + e.getMessage());
            return WRONG_USE;
        } catch (StatusRuntimeException e) {
            err.println("crius " + name + ": " + e.getStatus().getCode() + ": "
                    + e.getStatus().getDescription());
            return WENT_WRONG;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            err.println("crius " + name + ": interrupted");
            return WENT_WRONG;
        } catch (Exception e) {
            err.println("crius " + name + ": " + e);
            return WENT_WRONG;
        }
    }

    private Command command(String name) {
        return switch (name) {
            case "config" -> new ConfigCommand(System.getenv());
            case "version", "--version", "-v" -> new VersionCommand(version);
            case "ctl" -> this::ctl;
            case "explain" ->
                (words, stdout) ->
                        ctl(Stream.concat(Stream.of("explain"), words.stream()).toList(), stdout);
            case "demo" -> new DemoCommand();
            case "train" -> new TrainCommand();
            case "help", "--help", "-h" -> Commands::help;
            default ->
                throw new CriusException.InvalidArgument(
                        "no such command; there are daemon, config, ctl, explain, version, demo and help");
        };
    }

    private int ctl(List<String> arguments, PrintStream stdout) throws InterruptedException {
        return new Ctl(version, System.getenv(), new Streams(System.in, stdout, err)).run(arguments);
    }

    private static int help(List<String> arguments, PrintStream out) {
        out.print(HELP);
        return 0;
    }
}
