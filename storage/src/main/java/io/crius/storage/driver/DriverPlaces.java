package io.crius.storage.driver;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a driver keeps its layers, and where else layers may be.
 *
 * @param home the driver's folder of this store
 * @param others the driver's folders of the other half of a split store
 * @param readOnly the driver's folders of additional stores, in the order in which they are searched
 * @param run the driver's folder below the run root
 */
public record DriverPlaces(Path home, List<Path> others, List<Path> readOnly, Path run) {
    public DriverPlaces {
        others = List.copyOf(others);
        readOnly = List.copyOf(readOnly);
    }

    /** The driver's folder that holds what is at this relative path; its own where none does. */
    public Path homeOf(String path) {
        if (others.isEmpty() && readOnly.isEmpty()) {
            return home;
        }
        return all().filter(place -> Files.exists(place.resolve(path), LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(home);
    }

    public Stream<Path> all() {
        return Stream.concat(Stream.concat(Stream.of(home), others.stream()), readOnly.stream());
    }
}
