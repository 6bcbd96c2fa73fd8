package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PullEventsTest {
    private final PullEvents events = new PullEvents();

    private static PullSnapshot pull(String image) {
        return new PullProgress(image).snapshot();
    }

    @Test
    void theLastOnesAreKeptAndTheirNumbersTellWhatIsMissing() {
        for (int i = 0; i < 600; i++) {
            events.add(PullEvent.Kind.BEGUN, pull("image" + i), "");
        }
        assertThat(events.after(0)).hasSize(512);
        assertThat(events.after(0).getFirst().number()).isEqualTo(89);
        assertThat(events.after(599)).singleElement().satisfies(event -> {
            assertThat(event.number()).isEqualTo(600);
            assertThat(event.pull().image()).isEqualTo("image599");
        });
        assertThat(events.after(600)).isEmpty();
    }

    @Test
    void whatComesFromOutsideIsNotKeptAtAnyLength() {
        events.add(PullEvent.Kind.FAILED, pull("n".repeat(100_000)), "e".repeat(100_000));
        PullEvent event = events.after(0).getFirst();
        assertThat(event.pull().image()).hasSize(1001).endsWith("n…");
        assertThat(event.outcome()).hasSize(1001).endsWith("e…");
    }
}
