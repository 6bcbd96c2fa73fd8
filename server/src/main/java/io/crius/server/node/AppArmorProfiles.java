package io.crius.server.node;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The AppArmor profiles of the kernel, and the one that Crius brings itself. Thread-safe; its lock is held while the parser runs.
 *
 * <p>Compat: the default profile bears CRI-O's name. A node without AppArmor does nothing.
 */
public final class AppArmorProfiles {
    private static final System.Logger LOG = System.getLogger(AppArmorProfiles.class.getName());

    /** The profile that is loaded where it is missing; any other is the administrator's. */
    public static final String OWN = "crio-default";

    /** What {@code apparmor_profile} says where containers are not to be confined unless they ask for it. */
    private static final String NONE = "unconfined";

    private static final Duration LONGEST_LOAD = Duration.ofSeconds(10);

    private final Path loaded;
    private final List<String> parser;
    private final Duration longestLoad;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param loaded the kernel's list of profiles
     * @param parser the command that loads a profile from its standard input
     * @param longestLoad after how long it is killed
     */
    AppArmorProfiles(Path loaded, List<String> parser, Duration longestLoad) {
        this.loaded = loaded;
        this.parser = List.copyOf(parser);
        this.longestLoad = longestLoad;
    }

    /** Those of the running kernel. */
    public static AppArmorProfiles ofKernel() {
        return new AppArmorProfiles(
                Path.of("/sys/kernel/security/apparmor/profiles"),
                List.of("apparmor_parser", "--replace", "--skip-cache"),
                LONGEST_LOAD);
    }

    /** Whether the kernel confines by AppArmor. */
    public boolean isEnabled() {
        return Files.isReadable(loaded);
    }

    /** The default profile by {@code apparmor_profile}. Compat: unset it is the one that Crius brings. */
    public static Optional<String> standard(String configured) {
        return configured.equals(NONE) ? Optional.empty() : Optional.of(configured.isEmpty() ? OWN : configured);
    }

    /**
     * Looks for the default profile, or loads it, on a thread of its own: a node that cannot have it says so in its log before a
     * pod needs it. Each container that needs it tries again.
     */
    public void prepare(String standard) {
        if (isEnabled()) {
            Thread.ofVirtual().name("apparmor").start(() -> requireOrLog(standard));
        }
    }

    private void requireOrLog(String standard) {
        try {
            require(standard);
        } catch (CriusException e) {
            LOG.log(WARNING, () -> e.getMessage() + "; until then containers that are not Unconfined are refused");
        }
    }

    /** Whether the kernel has the profile now. Kernel: a line is {@code name (mode)}. */
    public boolean isLoaded(String name) {
        try {
            return Files.readAllLines(loaded).stream()
                    .map(line -> line.substring(0, Math.max(0, line.lastIndexOf(" ("))))
                    .anyMatch(name::equals);
        } catch (IOException e) {
            throw new CriusException.Failed("AppArmor profiles in " + loaded + ": " + e, e);
        }
    }

    /**
     * Makes sure that the profile is there.
     *
     * @throws CriusException.FailedPrecondition where it is not and cannot be loaded
     */
    public void require(String name) {
        if (isLoaded(name)) {
            return;
        }
        if (!name.equals(OWN)) {
            throw new CriusException.FailedPrecondition(
                    "AppArmor profile \"" + name + "\" is not loaded on this node; load it with apparmor_parser");
        }
        lock.lock();
        try {
            if (!isLoaded(name)) {
                load();
            }
        } finally {
            lock.unlock();
        }
    }

    private void load() {
        Process process;
        try {
            process = new ProcessBuilder(parser).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw notLoaded(e.toString() + "; install apparmor_parser, or set apparmor_profile to one that is loaded");
        }
        try {
            load(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("loading of AppArmor profile " + OWN, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private void load(Process process) throws InterruptedException {
        // Read beside the wait: what hangs does not close its output either.
        var output = CompletableFuture.supplyAsync(
                () -> text(process.getInputStream()),
                task -> Thread.ofVirtual().name("apparmor-output").start(task));
        String unread = tell(process);
        if (!process.waitFor(longestLoad.toMillis(), TimeUnit.MILLISECONDS)) {
            throw notLoaded(parser.getFirst() + " did not end within " + longestLoad.toSeconds() + " s");
        }
        if (process.exitValue() != 0 || !unread.isEmpty()) {
            throw notLoaded(parser.getFirst() + " ended with " + process.exitValue() + ": "
                    + output.completeOnTimeout("", 1, TimeUnit.SECONDS).join().strip() + unread);
        }
    }

    /** Gives it the profile; returns why it did not take all of it. */
    private static String tell(Process process) {
        try (var input = process.getOutputStream()) {
            input.write(text().getBytes(StandardCharsets.UTF_8));
            return "";
        } catch (IOException e) {
            return " (it did not read the profile: " + e.getMessage() + ")";
        }
    }

    private static String text(InputStream output) {
        try (output) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static CriusException notLoaded(String why) {
        return new CriusException.FailedPrecondition("AppArmor profile \"" + OWN + "\" cannot be loaded: " + why);
    }

    /**
     * What containers may do: all that capabilities and namespaces leave them, but not write to the kernel's files in /proc and
     * /sys that are not theirs alone, nor mount. Kernel: apparmor.d(5).
     */
    static String text() {
        return """
                abi <abi/3.0>,
                #include <tunables/global>

                profile %1$s flags=(attach_disconnected,mediate_deleted) {
                  #include <abstractions/base>
                  capability,
                  file,
                  network,
                  umount,
                  deny mount,

                  signal (receive) peer=unconfined,
                  signal (receive) peer={,/usr/bin/,/usr/sbin/}runc,
                  signal (receive) peer={,/usr/bin/,/usr/sbin/}crun,
                  signal (send,receive) peer=%1$s,
                  ptrace (trace,read,tracedby,readby) peer=%1$s,

                  # The node's own settings; those of the container's network and IPC namespaces stay writable.
                  deny @{PROC}/* w,
                  deny @{PROC}/{kcore,kmem,mem,sysrq-trigger} rwklx,
                  deny @{PROC}/sys/{abi,debug,dev,vm}/** wklx,
                  deny @{PROC}/sys/kernel/{,**} wklx,
                  deny @{PROC}/sys/fs/{[^m]*,m[^q]*}/** wklx,

                  deny /sys/[^f]*/** wklx,
                  deny /sys/f[^s]*/** wklx,
                  deny /sys/fs/[^c]*/** wklx,
                  deny /sys/fs/c[^g]*/** wklx,
                  deny /sys/fs/cg[^r]*/** wklx,
                  deny /sys/firmware/** rwklx,
                  deny /sys/kernel/security/** rwklx,
                }
                """.formatted(OWN);
    }
}
