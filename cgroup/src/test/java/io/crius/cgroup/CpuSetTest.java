package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuSetTest {
    @Test
    void listsAreReadAndWrittenWithRanges() {
        assertThat(CpuSet.parse(" 3,0-1,2,7\n")).hasToString("0-3,7").isEqualTo(CpuSet.parse("0,1,2,3,7"));
        assertThat(CpuSet.parse("").isEmpty()).isTrue();
        assertThat(CpuSet.parse("0-3,7").size()).isEqualTo(5);
    }

    @Test
    void setsAreAddedAndTakenAway() {
        assertThat(CpuSet.parse("0-3").without(CpuSet.parse("1-2"))).hasToString("0,3");
        assertThat(CpuSet.parse("0-1").and(CpuSet.parse("2,9"))).hasToString("0-2,9");
        assertThat(CpuSet.parse("4").contains(4)).isTrue();
        assertThat(CpuSet.parse("4").stream()).containsExactly(4);
    }

    @Test
    void whatIsNoListIsRefused() {
        for (String wrong : List.of("a", "1-", "-1", "3-1", "99999", "8192", "1;2")) {
            assertThatThrownBy(() -> CpuSet.parse(wrong))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessage("\"" + wrong + "\" is not a list of CPUs such as 0-3,7");
        }
    }
}
