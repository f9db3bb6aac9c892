// lab-server's own flags are taken out of its arguments, and the others are left as they are.
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/server/endpoints.hpp"
#include "loadtest/server/flags.hpp"

namespace {

using arguments = std::vector<const char*>;

std::vector<std::string> texts(const arguments& given) {
  return {given.begin(), given.end()};
}

std::string refusal_of(arguments given) {
  try {
    lab_server::take_flags(given);
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "";
}

TEST(LabFlags, AreNoneByDefault) {
  arguments given = {"lab-server", "--port", "0", "--memory=heap"};
  const auto found = lab_server::take_flags(given);
  EXPECT_FALSE(found.age_heap);
  EXPECT_FALSE(found.help);
  EXPECT_EQ(found.spin_iterations, 0u);
  EXPECT_EQ(texts(given), (std::vector<std::string>{"lab-server", "--port", "0", "--memory=heap"}));
}

TEST(LabFlags, AreTakenOutWhereverTheyStand) {
  arguments given = {"lab-server", "--age-heap", "--port", "0", "--spin", "7", "--memory=heap"};
  const auto found = lab_server::take_flags(given);
  EXPECT_TRUE(found.age_heap);
  EXPECT_EQ(found.spin_iterations, 7u);
  EXPECT_EQ(texts(given), (std::vector<std::string>{"lab-server", "--port", "0", "--memory=heap"}));
}

TEST(LabFlags, TakeTheNumberInEitherFormUpToItsLimit) {
  arguments joined = {"lab-server", "--spin=10000000"};
  EXPECT_EQ(lab_server::take_flags(joined).spin_iterations, lab_server::iterations_max);
  EXPECT_EQ(joined.size(), 1u);
  arguments zero = {"lab-server", "--spin", "0"};
  EXPECT_EQ(lab_server::take_flags(zero).spin_iterations, 0u);
}

TEST(LabFlags, SayWhatToGiveInsteadOfWhatIsNoNumber) {
  for (const char* wrong : {"", "x", "-1", "1.5", "10000001", "99999999999999999999", "1 "}) {
    const std::string refusal = refusal_of({"lab-server", "--spin", wrong});
    EXPECT_NE(refusal.find("from 0 to 10000000, not '" + std::string(wrong) + "'"),
              std::string::npos)
        << refusal;
    EXPECT_EQ(refusal_of({"lab-server", ("--spin=" + std::string(wrong)).c_str()}), refusal);
  }
  EXPECT_EQ(refusal_of({"lab-server", "--spin"}), "--spin needs a number behind it");
}

TEST(LabFlags, LeaveHelpForTheUsualCommandLine) {
  for (const char* flag : {"--help", "-h"}) {
    arguments given = {"lab-server", flag};
    EXPECT_TRUE(lab_server::take_flags(given).help);
    EXPECT_EQ(given.size(), 2u);
  }
}

TEST(LabFlags, AreNotSoughtInTheProgramsName) {
  arguments given = {"--age-heap"};
  EXPECT_FALSE(lab_server::take_flags(given).age_heap);
  EXPECT_EQ(given.size(), 1u);
}

}  // namespace
