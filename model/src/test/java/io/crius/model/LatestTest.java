package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatestTest {
    private final List<String> made = new ArrayList<>();
    private final Latest<String, List<String>> latest = new Latest<>(source -> {
        if (source.isEmpty()) {
            throw new IllegalStateException("nothing to make");
        }
        made.add(source);
        return List.of(source);
    });

    @Test
    void theSameIsMadeOnce() {
        List<String> first = latest.of("a");

        assertThat(latest.of(String.valueOf(new char[] {'a'}))).isSameAs(first);
        assertThat(latest.of("b")).containsExactly("b");
        assertThat(latest.of("a")).containsExactly("a");
        assertThat(made).containsExactly("a", "b", "a");
    }

    @Test
    void whatCouldNotBeMadeLeavesTheLatestAsItWas() {
        List<String> first = latest.of("a");

        assertThatThrownBy(() -> latest.of("")).hasMessage("nothing to make");
        assertThat(latest.of("a")).isSameAs(first);
    }
}
