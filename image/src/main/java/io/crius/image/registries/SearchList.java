package io.crius.image.registries;

import java.util.List;

/**
 * {@code unqualified-search-registries}.
 *
 * @param registries in order
 * @param place where it is written, as file and line; only the file where nobody wrote it
 */
public record SearchList(List<String> registries, String place) {
    public SearchList {
        registries = List.copyOf(registries);
    }
}
