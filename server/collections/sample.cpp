#include "server/collections/sample.hpp"

namespace server::collections {

const std::string_view sample_text = R"json([
  {"id": 1, "name": "Berlin", "country": "DE", "population": 3755000,
   "location": {"latitude": 52.52, "longitude": 13.405}},
  {"id": 2, "name": "Buenos Aires", "country": "AR", "population": 3122000,
   "location": {"latitude": -34.6, "longitude": -58.38}},
  {"id": 3, "name": "London", "country": "GB", "population": 8866000,
   "location": {"latitude": 51.51, "longitude": -0.13}},
  {"id": 4, "name": "Madrid", "country": "ES", "population": 3332000,
   "location": {"latitude": 40.42, "longitude": -3.7}},
  {"id": 5, "name": "Mexico City", "country": "MX", "population": 9210000,
   "location": {"latitude": 19.43, "longitude": -99.13}},
  {"id": 6, "name": "Nairobi", "country": "KE", "population": 4397000,
   "location": {"latitude": -1.29, "longitude": 36.82}},
  {"id": 7, "name": "New York", "country": "US", "population": 8258000,
   "location": {"latitude": 40.71, "longitude": -74.01}},
  {"id": 8, "name": "Reykjavík", "country": "IS", "population": 140000,
   "location": {"latitude": 64.15, "longitude": -21.94}},
  {"id": 9, "name": "São Paulo", "country": "BR", "population": 11452000,
   "location": {"latitude": -23.55, "longitude": -46.63}},
  {"id": 10, "name": "Singapore", "country": "SG", "population": 5918000,
   "location": {"latitude": 1.35, "longitude": 103.82}},
  {"id": 11, "name": "Tokyo", "country": "JP", "population": 14094000,
   "location": {"latitude": 35.68, "longitude": 139.69}},
  {"id": 12, "name": "Toronto", "country": "CA", "population": 2794000,
   "location": {"latitude": 43.65, "longitude": -79.38}}
])json";

}  // namespace server::collections
