package io.crius.server.container;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.oci.runtime.SpecMount;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Secrets of the node for every container, such as entitlements of a distribution: each line {@code host:container} of the first
 * mounts file that exists is copied for the container and mounted there. Compat: containers-mounts.conf(5).
 *
 * <p>A copy, so that a container can neither change the node's files nor keep them from being replaced. Files are read at each
 * creation. Thread-safe.
 */
public final class SubscriptionMounts {
    private static final System.Logger LOG = System.getLogger(SubscriptionMounts.class.getName());

    /** Compat: where the file is looked for when the configuration names none, the administrator's first. */
    private static final List<Path> USUAL =
            List.of(Path.of("/etc/containers/mounts.conf"), Path.of("/usr/share/containers/mounts.conf"));

    private record Line(Path source, String destination) {}

    private final List<Path> files;

    private SubscriptionMounts(List<Path> files) {
        this.files = files;
    }

    /** {@code configured} is {@code default_mounts_file}. */
    public static SubscriptionMounts of(Optional<Path> configured) {
        return new SubscriptionMounts(
                Stream.concat(configured.stream(), USUAL.stream()).toList());
    }

    /** Of these files the first that exists. */
    static SubscriptionMounts in(List<Path> files) {
        return new SubscriptionMounts(List.copyOf(files));
    }

    /** Copies what there is into {@code folder}, which the container owns, and says where it belongs. */
    List<SpecMount> make(Path folder) {
        var mounts = new ArrayList<SpecMount>();
        for (Line line : lines()) {
            Path copy = folder.resolve(Path.of("/").relativize(Path.of(line.destination())));
            if (isCopied(line, copy)) {
                mounts.add(SpecMount.bind(copy.toString(), line.destination(), List.of("bind", "rprivate")));
            }
        }
        return List.copyOf(mounts);
    }

    private List<Line> lines() {
        for (Path file : files) {
            try (Stream<String> lines = Files.lines(file)) {
                return lines.map(String::strip)
                        .filter(text -> !text.isEmpty() && !text.startsWith("#"))
                        .flatMap(text -> line(file, text).stream())
                        .toList();
            } catch (NoSuchFileException _) {
                LOG.log(DEBUG, () -> "there is no " + file + "; the next one may be there");
            } catch (IOException | java.io.UncheckedIOException e) {
                throw new CriusException.Failed("mounts file " + file + ": " + e, e);
            }
        }
        return List.of();
    }

    /** Compat: a line without a colon is shown at the same path; one that cannot be meant is left out. */
    private static Optional<Line> line(Path file, String text) {
        int colon = text.indexOf(':');
        Path source = Path.of(colon < 0 ? text : text.substring(0, colon));
        Path destination = Path.of(colon < 0 ? text : text.substring(colon + 1)).normalize();
        if (!source.isAbsolute() || !destination.isAbsolute() || destination.getNameCount() == 0) {
            LOG.log(
                    WARNING,
                    () -> "mounts file " + file + ": \"" + text + "\" is not /host:/container; it is left out");
            return Optional.empty();
        }
        return Optional.of(new Line(source, destination.toString()));
    }

    private static boolean isCopied(Line line, Path copy) {
        try {
            copyTree(line.source().toRealPath(), copy);
            return true;
        } catch (NoSuchFileException e) {
            LOG.log(WARNING, () -> "mounts file: " + line.source() + " does not exist; containers go without it");
            return false;
        } catch (IOException e) {
            throw new CriusException.Failed("secrets from " + line.source() + ": " + e, e);
        }
    }

    /** Links inside are followed: what they lead to is not in the container. */
    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.walkFileTree(
                from, java.util.Set.of(java.nio.file.FileVisitOption.FOLLOW_LINKS), 16, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                            throws IOException {
                        Path made = to.resolve(from.relativize(folder).toString());
                        Files.createDirectories(made);
                        Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(folder));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isRegularFile()) {
                            Files.copy(
                                    file,
                                    to.resolve(from.relativize(file).toString()),
                                    StandardCopyOption.REPLACE_EXISTING,
                                    StandardCopyOption.COPY_ATTRIBUTES);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
