package io.crius.runtime.exit;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.function.Consumer;

/**
 * Says which files appear in a folder. One virtual thread; the receivers are called on others.
 *
 * <p>Kernel: inotify drops events when its queue is full, and goes blind when the folder is removed; both are answered by
 * "look at everything", the latter after the folder was made anew.
 */
final class ExitFolder implements ExitNews.Watch {
    private static final System.Logger LOG = System.getLogger(ExitFolder.class.getName());

    private final Path folder;
    private final WatchService events;
    private final Consumer<String> appeared;
    private final Runnable anything;

    private ExitFolder(Path folder, WatchService events, Consumer<String> appeared, Runnable anything) {
        this.folder = folder;
        this.events = events;
        this.appeared = appeared;
        this.anything = anything;
    }

    static ExitFolder open(Path folder, Consumer<String> appeared, Runnable anything) throws IOException {
        Files.createDirectories(folder);
        var opened = new ExitFolder(folder, folder.getFileSystem().newWatchService(), appeared, anything);
        try {
            opened.register();
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        Thread.ofVirtual().name("exit-folder").start(opened::follow);
        return opened;
    }

    private void register() throws IOException {
        folder.register(events, StandardWatchEventKinds.ENTRY_CREATE);
    }

    private void follow() {
        try {
            while (true) {
                WatchKey key = events.take();
                key.pollEvents().forEach(this::pass);
                if (!key.reset()) {
                    LOG.log(Level.WARNING, "the folder of exit codes " + folder + " was removed; making it anew");
                    Files.createDirectories(folder);
                    register();
                    Thread.startVirtualThread(anything);
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException _) {
            // closed
        } catch (IOException e) {
            LOG.log(
                    Level.ERROR,
                    "exit codes in " + folder + " are no longer watched, exits are noticed by their processes only",
                    e);
        }
    }

    private void pass(WatchEvent<?> event) {
        if (event.context() instanceof Path name) {
            Thread.startVirtualThread(() -> appeared.accept(name.toString()));
        } else {
            Thread.startVirtualThread(anything);
        }
    }

    @Override
    public void close() {
        try {
            events.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the watch of " + folder, e);
        }
    }
}
