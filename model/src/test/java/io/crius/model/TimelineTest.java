package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.Timeline.Entry;
import io.crius.model.Timeline.Step;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Timeline timeline = new Timeline();

    @Test
    void stepsOfTheSameThreadAreNestedAndKnowTheirRequest() {
        ScopedValue.where(Timeline.CURRENT, timeline)
                .where(RequestId.CURRENT, new RequestId("r1"))
                .run(() -> {
                    try (Step outer = timeline.begin("start")) {
                        try (Step inner = Timeline.step("crun start")) {
                            inner.process(42);
                            assertThat(timeline.waitingFor())
                                    .map(entry -> entry.what() + entry.process())
                                    .contains("crun start42");
                            inner.fail(new IllegalStateException("no"));
                        }
                        assertThat(timeline.waitingFor()).map(Entry::what).contains("start");
                        outer.fail(null);
                    }
                });

        assertThat(timeline.entries())
                .extracting(
                        Entry::what,
                        Entry::depth,
                        Entry::over,
                        Entry::problem,
                        entry -> entry.request().text())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("start", 0, true, "", "r1"),
                        org.assertj.core.groups.Tuple.tuple("crun start", 1, true, "no", "r1"));
        assertThat(timeline.waitingFor()).isEmpty();
    }

    @Test
    void theNewestStepsAreKeptAndThoseThatAreNotOver() {
        Step first = timeline.begin("first");
        for (int i = 0; i < 100; i++) {
            try (Step step = timeline.begin("step " + i)) {
                step.fail(new IllegalStateException("kept, however short"));
            }
        }

        assertThat(timeline.entries()).hasSize(Timeline.KEPT);
        assertThat(timeline.entries().getFirst().what()).isEqualTo("first");
        assertThat(timeline.entries().getLast().what()).isEqualTo("step 99");
        first.close();
        assertThat(timeline.waitingFor()).isEmpty();
    }

    @Test
    void aStepOfWorkWithoutATimelineIsNotedNowhere() {
        try (Step step = Timeline.step("alone")) {
            step.process(1);
        }
        assertThat(timeline.entries()).isEmpty();
    }
}
