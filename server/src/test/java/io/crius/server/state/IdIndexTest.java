package io.crius.server.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdIndexTest {
    private final IdIndex<String> index = new IdIndex<>("pod");

    @BeforeEach
    void fill() {
        for (String id : List.of("aab", "aac", "b")) {
            index.add(id, "object " + id);
        }
    }

    @Test
    void anIdMayBeShortenedAsFarAsItIsTheOnlyOne() {
        assertThat(index.find("aab", _ -> true)).contains("object aab");
        assertThat(index.find("b", _ -> true)).contains("object b");
        assertThat(index.find("c", _ -> true)).isEmpty();
        assertThat(index.find("aabb", _ -> true)).isEmpty();
    }

    @Test
    void anAmbiguousIdIsAnErrorInTheWordsOfCriO() {
        assertThatThrownBy(() -> index.find("aa", _ -> true))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("Multiple IDs found with provided prefix: aa");
    }

    @Test
    void anEmptyIdIsNobodys() {
        assertThatThrownBy(() -> index.find("", _ -> true))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("pod id: prefix can't be empty");
    }

    @Test
    void whatCannotBeSeenMakesNoIdAmbiguous() {
        assertThat(index.find("aa", "object aac"::equals)).contains("object aac");
        index.remove("aac");
        assertThat(index.find("aa", "object aac"::equals)).isEmpty();
    }
}
